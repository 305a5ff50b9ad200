//! What else is kept: policies, settings, items that traffic brought, faults, and what is under way.

use engine::timeline::{Event, Tally};
use engine::workload::{Onlooker, Rate, Recipe, Run};
use engine::world::World;
use futures_util::FutureExt;
use serde_json::{Value, json};
use web::protocol::clock::Pace;
use web::protocol::model::Model;
use web::protocol::traffic::Workload;
use web::worker::clock::Kept;
use web::worker::disk::Durability;

use super::config;
use super::making::{Making, REGION};

/// Traffic at which nobody looks.
struct Nobody;

impl Onlooker for Nobody {
    fn saw(&mut self, _tallies: &[Tally], _events: Vec<Event>) {}
}

/// What is asked of it.
pub fn reads() -> Vec<(&'static str, Value)> {
    let carts = "arn:aws:dynamodb:us-east-1:000000000000:table/shopping_carts";
    vec![
        ("DescribeTable", json!({"TableName": "shopping_carts"})),
        ("Scan", json!({"TableName": "shopping_carts", "ConsistentRead": true, "Select": "COUNT"})),
        (
            "GetItem",
            json!({"TableName": "shopping_carts", "ConsistentRead": true,
            "Key": {"user_id": {"S": "user_17"}, "product_id": {"S": "prod_17"}}}),
        ),
        ("GetResourcePolicy", json!({"ResourceArn": carts})),
        ("Dynascope.ListPartitions", json!({"TableName": "shopping_carts"})),
        ("Dynascope.DescribeAutoScaling", json!({"TableName": "Orders"})),
        ("DescribeContributorInsights", json!({"TableName": "Orders"})),
        ("Dynascope.DescribeSimulation", json!({})),
        ("ListBulkOperations", json!({})),
        ("Scan", json!({"TableName": "Restored", "ConsistentRead": true})),
        (
            "SearchVectors",
            json!({"TableName": "Docs", "IndexName": "near", "SearchVector": [{"N": "1"}, {"N": "0"}], "TopK": 2}),
        ),
        ("Dynascope.ListLinks", json!({})),
        ("Dynascope.DescribeTransactions", json!({})),
        ("GetItem", json!({"TableName": "Log", "ConsistentRead": true, "Key": {"id": {"S": "left"}}})),
        ("Scan", json!({"TableName": "Sums", "ConsistentRead": true})),
    ]
}

impl Making {
    /// All of it, in a workspace that has its tables.
    pub fn beside(&mut self) {
        self.take_over_traffic();
        self.settings();
        self.tables();
        self.consumer();
        self.notes();
        self.faults();
        self.under_way();
    }

    /// Items that traffic brought by the thousand, past the journal: the workspace is replaced by its branch.
    fn take_over_traffic(&mut self) {
        let mut recipe = Recipe::black_friday(7);
        recipe.fill[0].count = 300;
        recipe.rate = Rate::Constant { per_second: 50 };
        recipe.duration_ms = 2_000;
        let run = Run::start(&self.durable.world, REGION, self.now_ms, recipe);
        let mut run = run.unwrap_or_else(|error| panic!("{}", error.message));
        let end_ms = run.end_ms();
        while !run.advance(end_ms, 1_000, &mut Nobody).is_over {}
        let world = World::restore(config(), &run.into_world().snapshot()).expect("a snapshot");
        self.now_ms = end_ms;
        let replaced = self.durable.replace(world, self.now_ms).now_or_never();
        replaced.expect("nothing waits").expect("it is stored");
    }

    fn settings(&mut self) {
        self.call(
            "Dynascope.UpdateSimulation",
            json!({"SplitForHeat": false, "LagPercent": 150, "LeaseMilliseconds": 2_000}),
        );
        let described = self.call("DescribeTable", json!({"TableName": "shopping_carts"}));
        let arn = described["Table"]["TableArn"].clone();
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Sid": "read", "Effect": "Allow", "Action": "dynamodb:GetItem",
            "Principal": {"AWS": "000000000000"}, "Resource": arn}]});
        self.call("PutResourcePolicy", json!({"ResourceArn": arn, "Policy": policy.to_string()}));
        self.call(
            "Dynascope.UpdateAutoScaling",
            json!({"TableName": "Orders",
                "ProvisionedReadCapacityAutoScalingSettingsUpdate": {"MinimumUnits": 5, "MaximumUnits": 100},
                "ProvisionedWriteCapacityAutoScalingSettingsUpdate": {"MinimumUnits": 60, "MaximumUnits": 1_000}}),
        );
        self.call(
            "Dynascope.UpdateAutoScaling",
            json!({"TableName": "Orders", "IndexName": "by-status",
                "ProvisionedWriteCapacityAutoScalingSettingsUpdate": {"MinimumUnits": 5, "MaximumUnits": 50}}),
        );
        self.call(
            "UpdateContributorInsights",
            json!({"TableName": "Orders", "ContributorInsightsAction": "ENABLE"}),
        );
        self.wait(120_000);
    }

    fn tables(&mut self) {
        let key = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
        let attribute = json!([{"AttributeName": "id", "AttributeType": "S"}]);
        self.call(
            "CreateTable",
            json!({"TableName": "Docs", "BillingMode": "PAY_PER_REQUEST", "KeySchema": key, "AttributeDefinitions": attribute,
                "VectorIndexes": [{"IndexName": "near", "VectorAttribute": {"AttributeName": "embedding"}, "Dimensions": 2,
                    "DistanceFunction": "COSINE", "Projection": {"ProjectionType": "ALL"}}]}),
        );
        self.call(
            "CreateTable",
            json!({"TableName": "Sums", "BillingMode": "PAY_PER_REQUEST", "KeySchema": key, "AttributeDefinitions": attribute}),
        );
        self.wait(60_000);
        for (id, x, y) in [("a", "1", "0"), ("b", "0.6", "0.8"), ("c", "0", "1")] {
            let item = json!({"id": {"S": id}, "embedding": {"L": [{"N": x}, {"N": y}]}});
            self.call("PutItem", json!({"TableName": "Docs", "Item": item}));
        }
        self.call(
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": true}),
        );
        self.wait(3_600_000);
        self.bulk("done");
        self.wait(3_600_000);
    }

    /// A bulk operation; there is no bucket, so it fails in the end.
    fn bulk(&mut self, token: &str) {
        self.call(
            "StartBulkPutItems",
            json!({"TableName": "Sums", "ClientToken": token, "OutputS3Configuration": {"OutputType": ["ERROR"]},
                "InputS3Configuration": {"S3Bucket": "in-put", "InputFormat": "DYNAMODB_JSON"}}),
        );
    }

    /// A consumer whose batch holds a record that its function fails at.
    fn consumer(&mut self) {
        let described = self.call("DescribeTable", json!({"TableName": "Orders"}));
        let stream = described["Table"]["LatestStreamArn"].clone();
        self.call(
            "Dynascope.CreateEventSourceMapping",
            json!({"EventSourceArn": stream, "FunctionName": "add-up", "StartingPosition": "LATEST",
                "Function": {"Rules": [{"Then": {"UpdateItem": {"TableName": "Sums", "Key": {"id": {"S": "all"}},
                    "UpdateExpression": "ADD amount :n", "ExpressionAttributeValues": {":n": {"N": "{dynamodb.NewImage.total}"}}}}}],
                "FailIf": {"ConditionExpression": "dynamodb.NewImage.poison = :t", "ExpressionAttributeValues": {":t": {"BOOL": true}}}}}),
        );
        self.wait(30_000);
        let order = |order: u32, poison: bool| {
            json!({"TableName": "Orders", "Item": {"user": {"S": "u5"}, "order": {"N": order.to_string()}, "total": {"N": "2"},
                "poison": {"BOOL": poison}}})
        };
        for number in 0..4 {
            self.call("PutItem", order(number, false));
        }
        self.wait(30_000);
        self.call("PutItem", order(9, true));
        self.wait(5_000);
    }

    /// What the session keeps beside the state.
    fn notes(&mut self) {
        let kept = Kept { now_ms: self.now_ms, wall_ms: self.now_ms + 5, pace: Pace::default() };
        let recipe = Workload { name: "Black Friday".to_owned(), recipe: Recipe::black_friday(3) };
        let pattern = json!({"name": "the cart of a user", "operation": "Query", "request": {"TableName": "shopping_carts",
            "KeyConditionExpression": "user_id = :u", "ExpressionAttributeValues": {":u": {"S": "user_{uniform 1..300}"}}}});
        let pattern = serde_json::from_value(pattern).expect("a pattern");
        let model = Model { patterns: vec![pattern], ..Model::default() };
        let spent = self.durable.world.spent();
        let journal = self.durable.journal().expect("it has one");
        let notes = async {
            journal.keep_clock(&kept).await?;
            journal.keep_recipes(&[recipe]).await?;
            journal.keep_model(&model).await?;
            journal.keep_durability(Durability::Relaxed).await?;
            journal.keep_spent(spent).await
        };
        notes.now_or_never().expect("nothing waits").expect("it is stored");
    }

    /// A link that is broken, with a write that waits behind it, and replicas that are gone.
    fn faults(&mut self) {
        self.call("Dynascope.UpdateLink", json!({"RegionName": "eu-west-1", "Broken": true}));
        let late = json!({"id": {"B": "CA=="}, "from": {"S": "behind the broken link"}});
        self.call("PutItem", json!({"TableName": "Sessions", "Item": late}));
        let listed = self.call("Dynascope.ListPartitions", json!({"TableName": "shopping_carts"}));
        let partition = listed["Partitions"][0]["PartitionId"].clone();
        self.call(
            "Dynascope.UpdateReplica",
            json!({"TableName": "shopping_carts", "Partition": partition, "Zone": "az-b", "Action": "KILL"}),
        );
        self.call("Dynascope.UpdateZone", json!({"Zone": "az-c", "Status": "DARK"}));
        // Others lead where that zone did.
        self.wait(10_000);
    }

    /// A bulk operation, and two transactions, one of which has no coordinator any more.
    fn under_way(&mut self) {
        self.bulk("under way");
        let put = |id: &str| json!({"Put": {"TableName": "Log", "Item": {"id": {"S": id}}}});
        let client = |token: &str, one: &str, other: &str| {
            json!({"Operation": "TransactWriteItems",
                "Request": {"ClientRequestToken": token, "TransactItems": [put(one), put(other)]}})
        };
        let first = client("first", "left", "right");
        self.call("Dynascope.BeginTransactions", json!({"Clients": [first]}));
        self.call("Dynascope.StepTransactions", json!({"Seed": 1, "Count": 6}));
        self.call("Dynascope.StepTransactions", json!({"Step": "crash 1"}));
        let second = client("second", "up", "down");
        self.call("Dynascope.BeginTransactions", json!({"Clients": [second]}));
        let stepped = self.call("Dynascope.StepTransactions", json!({"Step": "start 2"}));
        // The last message is the second's own.
        let mut steps =
            stepped["Steps"].as_array().into_iter().flatten().filter_map(|step| step["Step"].as_str());
        let last = steps.rfind(|step| step.starts_with("deliver ")).map(str::to_owned);
        self.call("Dynascope.StepTransactions", json!({"Step": last}));
    }
}
