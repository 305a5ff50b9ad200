//! Every plan is carried out by the engine, and leads where the design says.

use engine::world::{Config, World};
use serde_json::{Value, json};

use super::*;
use crate::share::load::table_of;
use crate::state::design::KeyPart;
use crate::state::design::scaling::{ScalingDesign, Scalings};

fn part(name: &str, kind: &str) -> KeyPart {
    KeyPart { name: name.into(), kind: kind.into() }
}

fn index(name: &str, hash: &str, range: &str) -> IndexDesign {
    IndexDesign {
        name: name.into(),
        hash: vec![part(hash, "S")],
        range: vec![part(range, "N")],
        ..IndexDesign::fresh(true)
    }
}

fn orders() -> TableDesign {
    let local = IndexDesign {
        name: "by-date".into(),
        range: vec![part("created_at", "S")],
        ..IndexDesign::fresh(false)
    };
    TableDesign {
        name: "Orders".into(),
        hash: part("user_id", "S"),
        range: Some(part("order_id", "S")),
        globals: vec![index("by-status", "status", "total"), index("by-city", "city", "total")],
        locals: vec![local],
        ..TableDesign::fresh()
    }
}

/// A world with a clock of its own.
struct Service(World, u64);

impl Service {
    fn send(&mut self, operation: &str, request: &Value) -> Value {
        // Later than every status that the request before began, and than Time to Live's pause.
        self.1 += 3_600_000;
        self.0.tick(self.1);
        let request_bytes = request.to_string();
        let outcome = self.0.execute("us-east-1", self.1, operation, request_bytes.as_bytes());
        let response = outcome.response.unwrap_or_else(|error| panic!("{operation} {request}: {error:?}"));
        serde_json::from_slice(&response).expect("JSON")
    }

    fn describe(&mut self) -> TableDesign {
        let request = json!({ "TableName": "Orders" });
        let description = self.send("DescribeTable", &request);
        let time_to_live = self.send("DescribeTimeToLive", &request);
        let scaled = self.send("Dynascope.DescribeAutoScaling", &request);
        let mut design =
            TableDesign::read(&table_of(&description, Some(&time_to_live)).expect("a description"));
        scaling::take(&mut design, &scaled);
        design
    }
}

/// Without what does not count: units of an on-demand table, LSI's partition keys, the order of the indexes.
fn normal(mut design: TableDesign) -> TableDesign {
    design.class = design.class_name().to_owned();
    if design.on_demand {
        (design.units, design.scaling) = (Units::default(), Scalings::default());
    } else {
        design.most = Maximums::default();
    }
    let on_demand = design.on_demand;
    for index in design.globals.iter_mut().chain(&mut design.locals) {
        if on_demand {
            (index.units, index.scaling) = (Units::default(), Scalings::default());
        } else {
            index.most = Maximums::default();
        }
        let mut list = index.attribute_list();
        list.sort_unstable();
        index.attributes = list.join("\n");
    }
    design.locals.iter_mut().for_each(|index| {
        index.hash.clear();
        index.units = Units::default();
    });
    design.globals.sort_by(|a, b| a.name.cmp(&b.name));
    design.locals.sort_by(|a, b| a.name.cmp(&b.name));
    design.rest = Map::new();
    design
}

#[test]
fn every_step_from_design_to_design_is_taken_by_the_engine() {
    let units = |read: &str, write: &str| Units { read: read.into(), write: write.into() };
    let mut steps = vec![orders()];
    let mut change = |change: &dyn Fn(&mut TableDesign)| {
        let mut next = steps.last().expect("a design").clone();
        change(&mut next);
        steps.push(next);
    };
    let most = |read: &str, write: &str| Maximums { read: read.into(), write: write.into() };
    change(&|t| t.time_to_live = "expires".into());
    change(&|t| {
        t.most = most("100", "50");
        t.globals[1].most = most("", "20");
        t.class = "STANDARD_INFREQUENT_ACCESS".into();
    });
    change(&|t| {
        t.most = most("", "60");
        t.globals[0].most = most("9", "");
        t.globals[1].most = most("", "");
    });
    change(&|t| {
        t.stream = "NEW_IMAGE".into();
        t.globals.push(index("by-total", "country", "total"));
        t.globals.push(index("by-weight", "country", "weight"));
    });
    change(&|t| {
        t.on_demand = false;
        t.units = units("7", "8");
        t.globals.iter_mut().for_each(|index| index.units = units("3", "4"));
    });
    change(&|t| {
        t.units = units("9", "8");
        t.globals[1].units = units("5", "5");
        t.protected = true;
    });
    change(&|t| t.scaling[1] = ScalingDesign { on: true, least: "8".into(), ..ScalingDesign::default() });
    change(&|t| {
        t.scaling[0] = ScalingDesign { on: true, target: "50".into(), ..ScalingDesign::default() };
        t.scaling[1] = ScalingDesign::default();
    });
    change(&|t| {
        t.scaling[0] = ScalingDesign::default();
        t.globals[0].scaling[1] = ScalingDesign { on: true, least: "4".into(), ..ScalingDesign::default() };
        t.globals[1].scaling[0] = ScalingDesign { on: true, least: "5".into(), ..ScalingDesign::default() };
    });
    change(&|t| t.globals[1].scaling[0] = ScalingDesign::default());
    change(&|t| {
        t.stream = "KEYS_ONLY".into();
        t.globals.remove(0);
        t.globals[0].projection = "INCLUDE".into();
        t.globals[0].attributes = "b\na\n".into();
    });
    change(&|t| {
        t.on_demand = true;
        t.most = most("7", "8");
        t.globals[0].most = most("3", "");
        t.class = STANDARD.into();
        t.protected = false;
        t.stream = String::new();
        t.time_to_live = "ends".into();
    });
    change(&|t| t.globals.clear());
    let mut service = Service(World::new(Config::default()), 1_700_000_000_000);
    let mut base: Option<TableDesign> = None;
    for design in &steps {
        let plan = requests(base.as_ref(), design);
        assert!(!plan.is_empty());
        let mut applied = base.clone().unwrap_or_default();
        for request in &plan {
            service.send(request.operation, &request.request);
            apply(&mut applied, request.operation, &request.request);
        }
        assert_eq!(normal(applied), normal(design.clone()), "what the form says of {plan:#?}");
        let described = service.describe();
        assert_eq!(normal(described.clone()), normal(design.clone()), "what the engine made of {plan:#?}");
        assert!(requests(Some(&described), &described).is_empty());
        base = Some(described);
    }
}

#[test]
fn several_index_changes_are_several_requests() {
    let base = orders();
    let mut design = base.clone();
    design.globals.remove(0);
    design.globals.push(index("one", "a", "b"));
    design.globals.push(index("two", "a", "c"));
    let plan = requests(Some(&base), &design);
    let kinds: Vec<&str> = plan
        .iter()
        .map(|request| {
            let change = request.request["GlobalSecondaryIndexUpdates"][0].as_object().expect("a change");
            change.keys().next().expect("its kind").as_str()
        })
        .collect();
    assert_eq!(kinds, ["Delete", "Create", "Create"]);
}
