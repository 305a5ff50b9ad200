//! The short lists that sample data is drawn from. Nobody in them exists: names are joined at random, addresses have no such number, mail
//! goes to `example.com`, telephone numbers are of the range kept for fiction.

/// First names.
pub const FIRST: [&str; 32] = [
    "Ada", "Ben", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kenji", "Leila",
    "Mina", "Nadia", "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wei", "Ximena",
    "Yara", "Zoe", "Amara", "Bruno", "Chloe", "Diego", "Esra", "Felix",
];
/// Family names.
pub const LAST: [&str; 32] = [
    "Adams", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hansen", "Ito", "Jansen",
    "Kowalski", "Lopez", "Meyer", "Novak", "Okafor", "Patel", "Quist", "Rossi", "Silva", "Tanaka", "Usman",
    "Vargas", "Weber", "Xu", "Yilmaz", "Zhang", "Almeida", "Brandt", "Chen", "Diallo", "Evans", "Fontaine",
];
/// Streets.
pub const STREET: [&str; 16] = [
    "Oak Street",
    "Mill Lane",
    "Station Road",
    "Harbour Street",
    "Park Avenue",
    "Church Road",
    "Garden Way",
    "Bridge Street",
    "Hill Road",
    "Lake View",
    "Market Square",
    "School Lane",
    "River Walk",
    "Kings Road",
    "Orchard Close",
    "Forest Drive",
];
/// Cities with their countries.
pub const CITY: [(&str, &str); 16] = [
    ("Lisbon", "PT"),
    ("Oslo", "NO"),
    ("Toronto", "CA"),
    ("Nairobi", "KE"),
    ("Osaka", "JP"),
    ("Leeds", "GB"),
    ("Pune", "IN"),
    ("Quito", "EC"),
    ("Lyon", "FR"),
    ("Leipzig", "DE"),
    ("Denver", "US"),
    ("Perth", "AU"),
    ("Seoul", "KR"),
    ("Porto Alegre", "BR"),
    ("Izmir", "TR"),
    ("Accra", "GH"),
];
/// What a company's name begins with…
pub const COMPANY: [&str; 16] = [
    "Northwind",
    "Bluebird",
    "Cedar",
    "Delta",
    "Evergreen",
    "Falcon",
    "Granite",
    "Harbour",
    "Indigo",
    "Juniper",
    "Keystone",
    "Lighthouse",
    "Meridian",
    "Nimbus",
    "Orchid",
    "Pioneer",
];
/// …and ends with.
pub const COMPANY_KIND: [&str; 6] = ["Trading", "Labs", "Foods", "Logistics", "Studio", "Systems"];
/// What a product is like…
pub const PRODUCT_KIND: [&str; 12] = [
    "Wireless", "Steel", "Wooden", "Foldable", "Compact", "Classic", "Silent", "Solar", "Woollen", "Leather",
    "Portable", "Ceramic",
];
/// …and what it is.
pub const PRODUCT: [&str; 20] = [
    "Headphones",
    "Kettle",
    "Backpack",
    "Desk lamp",
    "Notebook",
    "Keyboard",
    "Water bottle",
    "Chair",
    "Speaker",
    "Bicycle pump",
    "Fountain pen",
    "Jacket",
    "Camera",
    "Tent",
    "Toaster",
    "Clock",
    "Scarf",
    "Charger",
    "Mug",
    "Umbrella",
];
/// Words for sentences.
pub const WORD: [&str; 32] = [
    "a",
    "quick",
    "note",
    "on",
    "the",
    "delivery",
    "that",
    "came",
    "late",
    "but",
    "whole",
    "we",
    "liked",
    "how",
    "it",
    "works",
    "and",
    "will",
    "order",
    "again",
    "soon",
    "please",
    "leave",
    "at",
    "door",
    "with",
    "neighbour",
    "thanks",
    "for",
    "fast",
    "answer",
    "today",
];
