"""What each kind of document is called where no pack says it more exactly."""

TITLES = {
    "consent_to_act": "Consent to act",
    "resignation_letter": "Resignation letter",
    "share_application": "Application for shares",
    "pre_emption_waiver": "Waiver of pre-emption",
    "directors_resolution": "Resolution of directors",
    "solvency_resolution": "Solvency resolution",
    "members_resolution_s201g": "Resolution of members, appointment (s 201G)",
    "members_resolution_s201h": "Resolution of members, confirmation (s 201H)",
    "members_removal_resolution": "Resolution of members, removal",
    "members_name_resolution": "Resolution of members, change of name",
    "register_of_officeholders": "Register of officeholders",
    "register_of_addresses": "Register of addresses",
    "register_of_members": "Register of members",
    "share_certificate": "Share certificate",
    "form_484_data_sheet": "Form 484 data sheet",
    "occupier_consent": "Occupier’s consent",
    "annual_review_checklist": "Annual review checklist",
    "director_id_letter": "Letter about the director ID",
    "cover_letter": "Cover letter",
}
