//! Entities read, checked, made into sample data and told by their keys.

use serde_json::json;

use super::check::{Finding, Level, Place, findings};
use super::label::{Labels, Presence};
use super::sample::{generate, order};
use super::*;
use crate::protocol::entity::{Amount, Attribute, Kind};
use crate::state::tables::{Tables, TablesAction};

const NOW_MS: u64 = 1_795_348_800_000;

fn app() -> TableDescription {
    let table = json!({
        "TableName": "App",
        "AttributeDefinitions": [
            { "AttributeName": "PK", "AttributeType": "S" }, { "AttributeName": "SK", "AttributeType": "S" },
            { "AttributeName": "GSI1PK", "AttributeType": "S" }, { "AttributeName": "total", "AttributeType": "N" }],
        "KeySchema": [
            { "AttributeName": "PK", "KeyType": "HASH" }, { "AttributeName": "SK", "KeyType": "RANGE" }],
        "LocalSecondaryIndexes": [{ "IndexName": "by-total", "KeySchema": [
            { "AttributeName": "PK", "KeyType": "HASH" }, { "AttributeName": "total", "KeyType": "RANGE" }] }],
        "GlobalSecondaryIndexes": [{ "IndexName": "open", "KeySchema": [
            { "AttributeName": "GSI1PK", "KeyType": "HASH" }, { "AttributeName": "SK", "KeyType": "RANGE" }] }],
    });
    TableDescription::read(&table).expect("a table")
}

fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.apply(TablesAction::Loaded(vec![app()]));
    tables
}

fn attribute(name: &str, kind: Kind, sample: &str) -> Attribute {
    Attribute { name: name.into(), kind, sample: sample.into(), key_only: false }
}

fn entity(name: &str, keys: &[(&str, &str)], attributes: Vec<Attribute>, amount: Amount) -> Entity {
    let keys = keys.iter().map(|(key, template)| ((*key).to_owned(), (*template).to_owned()));
    Entity {
        name: name.into(),
        table: "App".into(),
        keys: keys.collect(),
        attributes,
        amount,
        ..Entity::default()
    }
}

fn shop(users: u32, orders: (u32, u32)) -> Vec<Entity> {
    let user = entity(
        "User",
        &[("PK", "USER#{user_id}"), ("SK", "PROFILE")],
        vec![
            Attribute { key_only: true, ..attribute("user_id", Kind::S, "seq user100") },
            attribute("name", Kind::S, "name"),
            attribute("home", Kind::M, "address"),
            attribute("tags", Kind::SS, "pick a|b|c"),
        ],
        Amount { per: None, least: users, most: users },
    );
    let order = entity(
        "Order",
        &[("PK", "USER#{user_id}"), ("SK", "ORDER#{date}#{order_id}"), ("GSI1PK", "ORDERS#{status=open}")],
        vec![
            attribute("user_id", Kind::S, "of User.user_id"),
            attribute("user_name", Kind::S, "of User.name"),
            attribute("order_id", Kind::S, "seq 1"),
            attribute("date", Kind::S, "date 2026-01-01..2026-12-31"),
            attribute("status", Kind::S, "pick open|shipped"),
            attribute("total", Kind::N, "price 5..90"),
        ],
        Amount { per: Some("User".into()), least: orders.0, most: orders.1 },
    );
    // In front of what they refer to: the order of making is another one.
    vec![order, user]
}

fn said(entities: &[Entity], at: usize) -> Vec<Finding> {
    findings(at, entities, &tables())
}

#[test]
fn the_key_attributes_of_a_table_are_told_once_with_what_they_are_for() {
    let all = key_attributes(&app());
    let told: Vec<(&str, &str)> = all.iter().map(|(name, _, role)| (&**name, &**role)).collect();
    assert_eq!(
        told,
        [
            ("PK", "partition key"),
            ("SK", "sort key, sort key of open"),
            ("total", "sort key of by-total"),
            ("GSI1PK", "partition key of open"),
        ]
    );
}

#[test]
fn a_good_design_has_only_notes_and_says_where_an_index_is_sparse() {
    let entities = shop(3, (1, 4));
    let notes: Vec<String> = (0..2).flat_map(|at| said(&entities, at)).map(|one| one.text).collect();
    assert_eq!(
        notes,
        [
            "It is in open where status is open (sparse).",
            "It is not in by-total: it has no total (sparse).",
            "It is not in open: it has no GSI1PK (sparse).",
        ]
    );
    assert_eq!(Presence::of(&entities[0], &app().index("by-total").unwrap().keys), Presence::Always);
}

#[test]
fn what_is_wrong_is_said_beside_its_field() {
    let good = shop(3, (1, 4));
    let wrong = |change: fn(&mut Vec<Entity>)| {
        let mut entities = good.clone();
        change(&mut entities);
        let found = said(&entities, 0);
        found
            .into_iter()
            .filter(|one| one.level > Level::Note)
            .map(|one| (one.place, one.text))
            .collect::<Vec<_>>()
    };
    let first = |change| wrong(change).into_iter().next().expect("a finding");
    let key = |name: &str| Place::Key(name.to_owned());
    for (found, place, part) in [
        (first(|all| all[0].name.clear()), Place::Name, "needs a name"),
        (first(|all| all[0].name = "User".into()), Place::Name, "Another entity"),
        (first(|all| all[0].table = "Gone".into()), Place::Table, "no table Gone"),
        (
            first(|all| drop(all[0].keys.insert("SK".into(), "ORDER#{nr}".into()))),
            key("SK"),
            "Order has no attribute nr",
        ),
        (first(|all| drop(all[0].keys.remove("PK"))), key("PK"), "every item needs it"),
        (first(|all| drop(all[0].keys.insert("PK".into(), "USER#{user_id".into()))), key("PK"), "brace"),
        (
            first(|all| drop(all[0].keys.insert("PK".into(), "{status=open}".into()))),
            key("PK"),
            "keys of indexes",
        ),
        (
            first(|all| drop(all[0].keys.insert("total".into(), "T{order_id}".into()))),
            Place::Attribute(5),
            "filled by that",
        ),
        (first(|all| all[0].attributes[1].name = "user_id".into()), Place::Attribute(1), "twice"),
        (first(|all| all[0].attributes[5].sample = "name".into()), Place::Sample(5), "no numbers"),
        (
            first(|all| all[0].attributes[0].sample = "of Client.id".into()),
            Place::Sample(0),
            "no entity Client",
        ),
        (
            first(|all| all[0].attributes[0].sample = "of User.nr".into()),
            Place::Sample(0),
            "User has no attribute nr",
        ),
        (first(|all| all[0].attributes[1].sample = "of User.home".into()), Place::Sample(1), "of type M"),
        (first(|all| all[0].amount.least = 9), Place::Amount, "more than the most"),
        (
            first(|all| all[1].attributes[1].sample = "of Order.user_name".into()),
            Place::Amount,
            "in a circle",
        ),
        (
            first(|all| drop(all[0].keys.insert("SK".into(), "{user_name}".into()))),
            key("SK"),
            "could have the same key",
        ),
        (
            first(|all| drop(all[0].keys.insert("SK".into(), "ORDER#{date}".into()))),
            key("SK"),
            "another one for each Order",
        ),
    ] {
        assert!(found.0 == place && found.1.contains(part), "{found:?} for {part}");
    }
    assert!(wrong(|_| {}).is_empty());
    let numbered = |all: &mut Vec<Entity>| all[0].attributes[5].kind = Kind::S;
    assert_eq!(first(numbered).0, key("total"), "a number key that is a text");
}

#[test]
fn an_item_is_told_by_its_key_in_the_table_and_in_an_index() {
    let entities = shop(1, (1, 1));
    let labels = Labels::of(&entities, &app());
    let item = |pk: &str, sk: &str| json!({ "PK": { "S": pk }, "SK": { "S": sk } });
    assert_eq!(labels.entity(&item("USER#7", "PROFILE")), Some("User"));
    assert_eq!(labels.entity(&item("USER#7", "ORDER#2026-01-01#4")), Some("Order"));
    assert_eq!(labels.entity(&item("TEAM#7", "PROFILE")), None);
    assert_eq!(labels.entity(&json!({ "PK": { "S": "USER#7" } })), None);
    // Of two that fit the one that says more.
    let mut both = entities.clone();
    both.insert(0, entity("Thing", &[("PK", "{a}"), ("SK", "{b}")], Vec::new(), Amount::default()));
    assert_eq!(Labels::of(&both, &app()).entity(&item("USER#7", "PROFILE")), Some("User"));
    assert!(Labels::of(&[], &app()).is_empty());
}

#[test]
fn an_entity_that_is_called_otherwise_is_still_what_the_others_refer_to() {
    let entities = shop(1, (1, 1));
    let renamed =
        with_entity(&entities, Some("User"), Entity { name: "Person".into(), ..entities[1].clone() });
    assert_eq!(renamed[0].attributes[0].sample, "of Person.user_id");
    assert_eq!(renamed[0].amount.per.as_deref(), Some("Person"));
    assert!(said(&renamed, 0).iter().all(|one| one.level == Level::Note));
    assert_eq!(with_entity(&entities, None, fresh(&app())).len(), 3);
    let without: Vec<Entity> = entities.iter().filter(|one| one.name != "User").cloned().collect();
    assert!(said(&without, 0).iter().any(|one| one.text == "There is no entity User."));
}

#[test]
fn sample_data_is_whole_items() {
    let sample = generate(&shop(2, (3, 3)), &tables(), 7, NOW_MS).expect("sample data");
    assert_eq!(sample.counts(), [("User".to_owned(), 2), ("Order".to_owned(), 6)]);
    assert_eq!(sample.spent, []);
    let plans = sample::plans(&sample);
    assert_eq!((plans[0].0.as_str(), plans[0].1.items, plans[0].1.batches.len()), ("App", 8, 1));
    let user = &sample.made[0].item;
    assert_eq!((&user["PK"]["S"], &user["SK"]["S"]), (&json!("USER#user100"), &json!("PROFILE")));
    assert!(user.get("user_id").is_none() && user["home"]["M"]["city"]["S"].is_string());
    for made in &sample.made[2..] {
        let open = made.item["status"]["S"] == "open";
        assert_eq!(made.item.get("GSI1PK").is_some(), open, "sparse by its status");
        assert_eq!(made.item["PK"]["S"], format!("USER#{}", made.item["user_id"]["S"].as_str().unwrap()));
    }
}

#[test]
fn keys_that_run_out_and_more_than_can_be_are_said() {
    let mut entities = shop(1, (5, 5));
    entities[0].keys.insert("SK".into(), "ORDER#{status}".into());
    let sample = generate(&entities, &tables(), 1, NOW_MS).expect("sample data");
    assert_eq!(sample.counts()[1], ("Order".to_owned(), 2), "open and shipped");
    assert_eq!(sample.spent, [("Order".to_owned(), 3)]);
    let many = generate(&shop(2_000, (11, 11)), &tables(), 1, NOW_MS).expect_err("too many");
    assert!(many.contains("more than 20,000 items"), "{many}");
    let none = generate(&shop(0, (1, 1)), &tables(), 1, NOW_MS).expect("nothing");
    assert!(none.made.is_empty());
    let mut loose = shop(0, (1, 1));
    loose[0].amount.per = None;
    let why = generate(&loose, &tables(), 1, NOW_MS).expect_err("nobody");
    assert_eq!(why, "Order refers to a User, and there is none.");
    loose[0].name = "Order.x".into();
    assert!(
        generate(&loose, &tables(), 1, NOW_MS).is_err_and(|why| why.starts_with("Order.x: No full stop"))
    );
    assert_eq!(order(&shop(1, (1, 1))), Ok(vec![1, 0]));
}

#[test]
fn the_sample_s_entities_are_sound_tell_its_items_apart_and_make_more() {
    let text = include_str!("../../../../static/samples/app-data.json");
    let document = crate::share::Document::parse(text).expect("a document");
    let table = TableDescription::read(&document.tables[0]).expect("a table");
    let mut tables = Tables::default();
    tables.apply(TablesAction::Loaded(vec![table.clone()]));
    for at in 0..document.entities.len() {
        let worst = findings(at, &document.entities, &tables).into_iter().map(|one| one.level).max();
        assert!(worst.is_none_or(|level| level == Level::Note), "{}", document.entities[at].name);
    }
    let labels = Labels::of(&document.entities, &table);
    for item in &document.items["AppData"] {
        let told = labels.entity(item).unwrap_or_default().to_lowercase();
        assert!(told.ends_with(item["type"]["S"].as_str().unwrap()), "{told}: {item}");
    }
    let sample = generate(&document.entities, &tables, 1, NOW_MS).expect("sample data");
    assert_eq!(sample.counts().len(), 4);
    assert_eq!(sample.spent, []);
}

/// Property tests are native.
#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// All references hold, no key is there twice, each item is told by its key, and the same seed gives the same.
        #[test]
        fn references_hold_and_keys_differ(users in 1_u32..30, least in 0_u32..4, more in 0_u32..5, seed: u64) {
            let entities = shop(users, (least, least + more));
            let made = |seed| generate(&entities, &tables(), seed, NOW_MS).expect("sample data");
            let sample = made(seed);
            prop_assert_eq!(&sample, &made(seed));
            let of = |name: &str| sample.made.iter().filter(|one| one.entity == name).map(|one| &one.item).collect::<Vec<&Value>>();
            let (owners, orders) = (of("User"), of("Order"));
            prop_assert_eq!(owners.len(), users as usize);
            for owner in &owners {
                let own = orders.iter().filter(|order| order["PK"] == owner["PK"]);
                let own: Vec<_> = own.collect();
                prop_assert!((least as usize..=(least + more) as usize).contains(&own.len()));
                prop_assert!(own.iter().all(|order| order["user_name"] == owner["name"]), "both of one user");
            }
            prop_assert!(orders.iter().all(|order| owners.iter().any(|owner| owner["PK"] == order["PK"])));
            let mut keys: Vec<String> = sample.made.iter().map(|one| format!("{}{}", one.item["PK"], one.item["SK"])).collect();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), sample.made.len());
            let labels = Labels::of(&entities, &app());
            prop_assert!(sample.made.iter().all(|one| labels.entity(&one.item) == Some(&one.entity)));
        }
    }
}
