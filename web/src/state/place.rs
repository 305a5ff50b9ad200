//! The timeline's place in the address: `?event=812&event-table=Orders&events`.
//!
//! Owns the names of these parameters, and a filter's words. All begin with [`super::route::TIMELINE`], so that they go along from
//! page to page.

use engine::timeline::Filter;

use super::route::Route;

/// Where the playhead stands, what is filtered, and whether the events are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The event under the playhead; none while live.
    pub event: Option<u64>,
    /// The filter.
    pub filter: Filter,
    /// Whether the list is open.
    pub listed: bool,
}

impl Place {
    /// What an address says.
    pub fn of(route: &Route) -> Place {
        let text = |name: &str| route.rest.get(name).filter(|text| !text.is_empty()).cloned();
        let number = |name: &str| text(name).and_then(|text| text.parse().ok());
        let filter = Filter {
            client: number("event-client").and_then(|number| u16::try_from(number).ok()),
            operation: text("event-operation"),
            table: text("event-table"),
            key: text("event-key"),
            partition: number("event-partition").and_then(|number| u32::try_from(number).ok()),
            kind: text("event-kind"),
            request: number("event-request"),
        };
        Place { event: number("event"), filter, listed: route.rest.contains_key("events") }
    }

    /// The address with this place in it.
    pub fn put(&self, route: &Route) -> Route {
        let Filter { client, operation, table, key, partition, kind, request } = &self.filter;
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        [
            ("event", number(self.event)),
            ("event-client", number(client.map(u64::from))),
            ("event-operation", operation.clone()),
            ("event-table", table.clone()),
            ("event-key", key.clone()),
            ("event-partition", number(partition.map(u64::from))),
            ("event-kind", kind.clone()),
            ("event-request", number(*request)),
            ("events", self.listed.then(String::new)),
        ]
        .into_iter()
        .fold(route.clone(), |route, (name, value)| route.with(name, value))
    }
}

/// A filter in a few words, `PutItem · Orders · p3`; none where it leaves nothing out.
pub fn words(filter: &Filter) -> Option<String> {
    let Filter { client, operation, table, key, partition, kind, request } = filter;
    let words: Vec<String> = [
        client.map(|client| format!("client {client}")),
        operation.clone(),
        table.clone(),
        key.as_ref().map(|key| format!("“{key}”")),
        partition.map(|partition| format!("p{partition}")),
        kind.as_deref().map(kind_words),
        request.map(|request| format!("request {request}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

/// The name of a kind of event as words: `streamRecord` is `stream record`.
pub fn kind_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_the_address_and_leaves_the_rest() {
        let route = Route::parse("?page=data&table=T&row=4");
        let filter = Filter {
            client: Some(2),
            operation: Some("PutItem".into()),
            table: Some("Orders & more".into()),
            key: Some("user 7".into()),
            partition: Some(3),
            kind: Some("streamRecord".into()),
            request: Some(12),
        };
        let place = Place { event: Some(812), filter, listed: true };
        let put = place.put(&route);
        assert_eq!(Place::of(&Route::parse(&put.query())), place);
        assert_eq!(Place::default().put(&put), route);
        assert_eq!(
            words(&place.filter).as_deref(),
            Some("client 2 · PutItem · Orders & more · “user 7” · p3 · stream record · request 12")
        );
        assert_eq!(words(&Filter::default()), None);
    }

    #[test]
    fn what_is_no_number_is_no_place() {
        assert_eq!(Place::of(&Route::parse("?event=x&event-client=70000&event-table=")), Place::default());
    }
}
