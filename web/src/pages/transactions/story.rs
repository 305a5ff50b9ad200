//! What a message did, in words, and what comes next.

use super::standing::{Action, Message, Phase, Standing, Verdict};

/// `item 1 (account_id = account1)`.
fn item(standing: &Standing, at: usize) -> String {
    match standing.actions.get(at) {
        Some(action) if !action.key.is_empty() => format!("item {} ({})", at + 1, action.key),
        _ => format!("item {}", at + 1),
    }
}

fn partition(action: &Action) -> String {
    match action.partition {
        Some(partition) => format!("Partition {partition} of {}", action.table),
        None => format!("The partition of {}", action.table),
    }
}

/// What the beginning did.
pub fn begun(standing: &Standing) -> String {
    format!(
        "The coordinator took the transaction on and stamped it {}. No item was asked yet: each is read and written by \
         everybody as before.",
        standing.timestamp
    )
}

/// What a message did.
pub fn tell(standing: &Standing, message: Message) -> String {
    let Some(action) = message.action().and_then(|at| standing.actions.get(at)) else {
        return decided(standing);
    };
    let at = message.action().unwrap_or(0);
    let (whose, name) = (partition(action), item(standing, at));
    match message {
        Message::Prepare(_) => match &action.verdict {
            Some(Verdict::Refused(code, text)) => {
                format!("{whose} refused {name}. {}", why_refused(standing, action, code, text))
            }
            _ => {
                let tested = match &action.condition {
                    Some(condition) => format!("tested {condition}: it holds. It"),
                    None => "had no condition to test. It".to_owned(),
                };
                format!(
                    "{whose} {tested} accepted {name} and holds it for this transaction: plain writes to it are refused \
                     from now on, plain reads see it as it was."
                )
            }
        },
        Message::Commit(_) => {
            let wrote = match action.kind.as_str() {
                "ConditionCheck" => "wrote nothing (a ConditionCheck only tests)".to_owned(),
                "Delete" => format!("deleted {name}"),
                _ => format!("wrote {name}"),
            };
            let rest = match standing.actions.iter().filter(|action| !action.settled).count() {
                0 => "All of it happened.".to_owned(),
                _ => "Until the last commit a plain reader can see one item new and another old; TransactGetItems is \
                      refused instead."
                    .to_owned(),
            };
            format!("{whose} {wrote} and let go of it. {rest}")
        }
        _ => match &action.verdict {
            Some(Verdict::Accepted) => {
                format!("{whose} let go of {name}: it is as it was before, and free again.")
            }
            None => format!("{name} was not asked yet, so there was nothing to let go of.")
                .replacen("item", "Item", 1),
            _ => format!("{name} was never held, so there was nothing to let go of.")
                .replacen("item", "Item", 1),
        },
    }
}

fn decided(standing: &Standing) -> String {
    match standing.decision() {
        Some(true) => {
            "Every partition accepted, so the coordinator wrote “commit” into the ledger. From here on the \
                       transaction happens, whatever else fails."
                .into()
        }
        _ => {
            let refused = standing.actions.iter().enumerate();
            let refused = refused.filter(|(_, action)| matches!(action.verdict, Some(Verdict::Refused(..))));
            if refused.clone().next().is_none() {
                return "The transaction was given up before it was decided, so “cancel” was written into the ledger. Nothing is \
                        written to any item, and those that were held are let go."
                    .into();
            }
            let names: Vec<String> = refused.map(|(at, _)| format!("item {}", at + 1)).collect();
            let who = names.join(" and ").replacen("item", "Item", 1);
            format!(
                "{who} refused, so the coordinator wrote “cancel” into the ledger. Nothing is written to any item."
            )
        }
    }
}

fn why_refused(standing: &Standing, action: &Action, code: &str, text: &str) -> String {
    match code {
        "ConditionalCheckFailed" => {
            let condition = action.condition.as_deref().unwrap_or("The condition");
            format!(
                "{condition} does not hold for the item as it is. One refusal is enough: all will be cancelled."
            )
        }
        "TransactionConflict" => format!(
            "Another transaction holds it, or it was written after this transaction was stamped {}: to commit now would \
             put the writes out of order. All will be cancelled.",
            standing.timestamp
        ),
        "ProvisionedThroughputExceeded" | "ThrottlingError" => {
            "It had no capacity left for the write. All will be cancelled.".into()
        }
        _ => format!("{text} All will be cancelled."),
    }
}

/// What the next message will do; what came out of it where there is none.
pub fn next(standing: &Standing) -> String {
    match (standing.next, standing.phase) {
        (Some(Message::Prepare(at)), _) => {
            let action = &standing.actions[at.min(standing.actions.len() - 1)];
            let test = match &action.condition {
                Some(condition) => format!("whether {condition} holds and no other transaction holds it"),
                None => "whether no other transaction holds it".to_owned(),
            };
            format!("Next, the coordinator asks the partition of {} {test}.", item(standing, at))
        }
        (Some(Message::Decide), _) => "Next, with every answer in, the coordinator decides.".into(),
        (Some(Message::Commit(at)), _) => format!("Next, {} is written and let go.", item(standing, at)),
        (Some(Message::Cancel(at)), _) => format!("Next, {} is let go.", item(standing, at)),
        (None, Phase::Committed) => "Committed: every item is written.".into(),
        (None, Phase::Cancelled) => "Cancelled: the transaction changed nothing.".into(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::standing::tests::standing;
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn each_message_says_what_it_did_to_its_item() {
        let all = [Some(true), Some(true)];
        let half = standing("Committing", &all, 1, json!({"Message": "Commit", "Action": 1}));
        let prepared = tell(&half, Message::Prepare(0));
        assert!(prepared.contains("tested balance >= :amount: it holds"), "{prepared}");
        assert!(tell(&half, Message::Decide).contains("“commit”"));
        assert!(tell(&half, Message::Commit(0)).contains("one item new and another old"));
        assert!(next(&half).starts_with("Next, item 2 (account_id = account2) is written"));
        let done = standing("Committed", &all, 2, Value::Null);
        assert!(tell(&done, Message::Commit(1)).ends_with("All of it happened."));
    }

    #[test]
    fn one_that_was_given_up_says_so() {
        let over = standing("Cancelled", &[Some(true), None], 2, Value::Null);
        assert!(tell(&over, Message::Decide).starts_with("The transaction was given up"));
        assert!(tell(&over, Message::Cancel(0)).contains("let go of item 1"));
        assert!(
            tell(&over, Message::Cancel(1)).starts_with("Item 2 (account_id = account2) was not asked yet")
        );
    }

    #[test]
    fn a_refusal_says_why_and_who_is_let_go() {
        let over = standing("Cancelled", &[Some(false), Some(true)], 2, Value::Null);
        assert!(tell(&over, Message::Prepare(0)).contains("balance >= :amount does not hold"));
        assert!(tell(&over, Message::Decide).starts_with("Item 1 refused"));
        assert!(tell(&over, Message::Cancel(0)).starts_with("Item 1 (account_id = account1) was never held"));
        assert!(tell(&over, Message::Cancel(1)).contains("as it was before"));
        assert_eq!(next(&over), "Cancelled: the transaction changed nothing.");
    }
}
