"""Names that sound like an Australian practice's client list. None belongs to anyone."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


GIVEN_NAMES = _names("""
Aaliyah, Adam, Aisha, Alan, Alice, Amelia, Andrew, Angela, Anh, Annika, Anthony, Arjun, Arthur,
Astrid, Beatrix, Bilal, Bruce, Caitlin, Callum, Carmen, Cheng, Chiara, Chloë, Claire, Colin, Damien,
Darius, Deborah, Dimitri, Edith, Eleni, Elias, Emily, Erin, Fatima, Felix, Fiona, Francesca, Gareth,
Georgia, Gustavo, Hamish, Harriet, Hassan, Helen, Hugo, Imran, Ingrid, Isla, Ivan, Jack, Jasmine,
Javier, Jin, Joanna, Joseph, Kaia, Karl, Keiko, Kieran, Lachlan, Lakshmi, Leila, Liam, Linh, Louise,
Lucas, Mahmoud, Malia, Marcus, Margaret, Mei, Michael, Mirjana, Nadia, Nathan, Ngaire, Niamh,
Nikhil, Noah, Olga, Oliver, Patrick, Paula, Pita, Quentin, Rachel, Raj, Renée, Robert, Rosa, Ruth,
Samir, Sandra, Sione, Sofia, Stefan, Sunil, Tamsin, Theo, Thomas, Uma, Valerie, Victor, Wei, Wendy,
William, Xanthe, Yasmin, Yusuf, Zoë
""")
FAMILY_NAMES = _names("""
Abbott, Adeyemi, Ahmed, Andersson, Antoniou, Baker, Balakrishnan, Barlow, Bianchi, Blackwood,
Bodnar, Burgess, Campbell, Carmody, Chan, Chaudhary, Clarke, Costa, Cubitt, D'Angelo, Dang, Davies,
Delaney, Dimitriou, Doan, Doyle, Dunstan, Edwards, El-Masri, Farrugia, Fitzgerald, Fletcher, Foster,
Gallagher, Garcia, Georgiou, Gibson, Grant, Gupta, Haddad, Hansen, Harper, Hoang, Horvath, Hughes,
Ibrahim, Ivanov, Jackson, Jovanović, Kaur, Kelly, Khoury, King, Kowalski, Kumar, Lam, Larsen, Le,
Lee, Lim, Lombardi, Lopez, Macdonald, Mackenzie, Mahoney, Malouf, Martin, McCarthy, Mehta, Mitchell,
Morrison, Murphy, Nair, Nguyen, Novak, O'Brien, O'Connor, Olsen, Osei, Papadopoulos, Park, Patel,
Pereira, Pham, Pope, Quach, Quinn, Ramirez, Reddy, Reid, Rossi, Russo, Ryan, Saleh, Santos, Sato,
Schmidt, Sharma, Sinclair, Singh, Smith, Stewart, Sullivan, Taufa, Taylor, Tran, Vella, Vu, Walker,
Walsh, Wang, Watson, White, Williams, Wilson, Wong, Wright, Yildirim, Young, Zammit, Zhang
""")
PLACES = _names("""
Acacia, Ballina, Banksia, Bass Strait, Bendigo, Boronia, Brolga, Bunya, Cape Otway, Cassowary,
Cedar Creek, Clarence River, Coolabah, Coral Coast, Currawong, Derwent, Eastern Range, Eyre, Finke,
Flinders, Gippsland, Glenelg, Grampians, Hawkesbury, Hunter, Illawarra, Jarrah, Kangaroo Point,
Kimba, Kookaburra, Lilly Pilly, Macquarie, Mallee, Monaro, Mulga, Murray, Noosa, Paroo, Pilbara,
Red Gum, Riverina, Rosella, Saltbush, Snowy, Spinifex, Tanami, Torrens, Warrego, Waratah, Yarra
""")
TRADES = _names("""
Advisory, Air Conditioning, Automotive, Bakery, Builders, Café, Catering, Civil, Cleaning,
Consulting, Dental, Design, Earthmoving, Electrical, Engineering, Farms, Fencing, Fitness, Foods,
Freight, Furniture, Glass, Health, Horticulture, Hospitality, Imports, Investments, Joinery,
Landscapes, Legal, Logistics, Media, Medical, Mining Services, Motors, Nominees, Nursery, Optical,
Painting, Pastoral, Pharmacy, Plumbing, Properties, Roofing, Security, Software, Solar, Surveying,
Tiling, Timber, Tours, Transport, Tyres, Veterinary, Vineyards, Welding, Wines
""")
CLUBS = _names("""
Bowling Club, Community Garden, Cricket Club, Historical Society, Men's Shed, Toy Library
""")
STREETS = _names("""
Acacia Avenue, Bay Street, Beach Road, Bridge Street, Church Street, Collins Street, Crown Street,
Elizabeth Street, Ferry Road, George Street, Grey Street, High Street, King Street, Lygon Street,
Main Road, Market Street, Mill Lane, Park Terrace, Queen Street, Railway Parade, River Road,
Station Street, Sturt Street, Victoria Street, William Street, York Road
""")
SUBURBS = tuple(
    tuple(line.split("|"))  # suburb, state, postcode, telephone area code
    for line in """
Adelaide|SA|5000|08
Albury|NSW|2640|02
Alice Springs|NT|0870|08
Ballarat|VIC|3350|03
Belconnen|ACT|2617|02
Brunswick|VIC|3056|03
Bunbury|WA|6230|08
Cairns City|QLD|4870|07
Carlton|VIC|3053|03
Chatswood|NSW|2067|02
Dandenong|VIC|3175|03
Dubbo|NSW|2830|02
Footscray|VIC|3011|03
Fremantle|WA|6160|08
Geelong|VIC|3220|03
Glenelg|SA|5045|08
Hobart|TAS|7000|03
Ipswich|QLD|4305|07
Launceston|TAS|7250|03
Mackay|QLD|4740|07
Marrickville|NSW|2204|02
Mildura|VIC|3500|03
Newcastle|NSW|2300|02
Northcote|VIC|3070|03
Parramatta|NSW|2150|02
Perth|WA|6000|08
Richmond|VIC|3121|03
South Yarra|VIC|3141|03
Toowoomba|QLD|4350|07
Wodonga|VIC|3690|03
""".strip().splitlines()
)
