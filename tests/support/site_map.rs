//! The product's own list of its addresses, and who may use each.

use serde::Deserialize;

use super::command::rapport_alone;
use super::people::Person;

/// One address, as `rapport routes` prints it.
#[derive(Debug, Clone, Deserialize)]
pub struct Route {
    pub method: String,
    /// With parameters in braces: `/contacts/{id}/edit`.
    pub path: String,
    /// `anyone`, `signed_in`, `rep`, `agent`, `manager` or `admin`.
    pub who: String,
    /// The kind of record that the parameter names, where it names one.
    pub record: Option<String>,
}

/// Every address of the product.
pub fn site_map() -> Vec<Route> {
    let printed = rapport_alone(&["routes"]).expect_done().stdout;
    let routes: Vec<Route> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the site map: {line}")))
        .collect();
    assert!(!routes.is_empty(), "the site map is empty");
    routes
}

impl Route {
    /// Whether the policy lets a person in (`None`: a stranger who is not signed in).
    pub fn may(&self, person: Option<Person>) -> bool {
        let role = person.map(Person::role);
        match self.who.as_str() {
            "anyone" => true,
            "signed_in" => role.is_some(),
            "rep" => matches!(role, Some("rep" | "manager" | "admin")),
            "agent" => matches!(role, Some("agent" | "manager" | "admin")),
            "manager" => matches!(role, Some("manager" | "admin")),
            "admin" => matches!(role, Some("admin")),
            other => {
                panic!("The site map lets \"{other}\" use {} {}, whom the tests do not know", self.method, self.path)
            }
        }
    }

    pub fn has_parameters(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether an address (without its query) is one of this route.
    pub fn matches(&self, address: &str) -> bool {
        let mut route = self.path.split('/');
        let mut parts = address.split('/');
        loop {
            match (route.next(), parts.next()) {
                (None, None) => return true,
                // A parameter with a pattern that takes the rest of the path.
                (Some(pattern), Some(_)) if pattern.contains(":.*") || pattern.contains('*') => return true,
                (Some(pattern), Some(part)) if part_matches(pattern, part) => {}
                _ => return false,
            }
        }
    }

    /// How many of its parts are parameters: of two routes that match, the one with fewer is meant.
    pub fn looseness(&self) -> usize {
        self.path.matches('{').count()
    }
}

/// Whether one part of an address fits one part of a route: `{id}`, `{id}.csv` or a plain word.
fn part_matches(pattern: &str, part: &str) -> bool {
    match (pattern.find('{'), pattern.rfind('}')) {
        (Some(open), Some(close)) => {
            let (before, after) = (&pattern[..open], &pattern[close + 1..]);
            let value = part.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            let digits = pattern[open..close].contains(r":\d");
            value.is_some_and(|value| !value.is_empty() && (!digits || value.bytes().all(|byte| byte.is_ascii_digit())))
        }
        _ => pattern == part,
    }
}
