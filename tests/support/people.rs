//! The people of the test company.

/// All of them sign in with this.
pub const PASSWORD: &str = "seven quiet herons at dusk";

/// Someone who works at the test company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    Admin,
    /// Leads the team North.
    Manager,
    /// Sells in the team North.
    Rep,
    /// Sells in the team South, for what is not the rep's own.
    OtherRep,
    /// Answers tickets in the team Service.
    Agent,
}

impl Person {
    pub const ALL: [Person; 5] = [Person::Admin, Person::Manager, Person::Rep, Person::OtherRep, Person::Agent];

    pub fn email(self) -> &'static str {
        match self {
            Person::Admin => "ada@harbour.example",
            Person::Manager => "mina@harbour.example",
            Person::Rep => "rui@harbour.example",
            Person::OtherRep => "olu@harbour.example",
            Person::Agent => "aki@harbour.example",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Person::Admin => "Ada Lindqvist",
            Person::Manager => "Mina Osei",
            Person::Rep => "Rui Costa",
            Person::OtherRep => "Olu Bright",
            Person::Agent => "Aki Tanaka",
        }
    }

    /// As `rapport user add --role` spells it.
    pub fn role(self) -> &'static str {
        match self {
            Person::Admin => "admin",
            Person::Manager => "manager",
            Person::Rep | Person::OtherRep => "rep",
            Person::Agent => "agent",
        }
    }

    pub fn team(self) -> Option<&'static str> {
        match self {
            Person::Admin => None,
            Person::Manager | Person::Rep => Some("North"),
            Person::OtherRep => Some("South"),
            Person::Agent => Some("Service"),
        }
    }
}
