"""The scopes an app may ask for, and what they mean in words."""

SCOPES: dict[str, str] = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your email address",
    "offline_access": "Keep its access while you are away",
    "practicemanager": "View and manage everything in Practice Manager",
    "practicemanager.read": "View everything in Practice Manager",
    "practicemanager.client": "View and manage clients",
    "practicemanager.client.read": "View clients",
    "practicemanager.job": "View and manage jobs",
    "practicemanager.job.read": "View jobs",
    "practicemanager.staff": "View and manage staff",
    "practicemanager.staff.read": "View staff",
    "practicemanager.time": "View and manage time",
    "practicemanager.time.read": "View time",
}
