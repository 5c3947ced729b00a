//! SQL made of pieces at run time, for the list mechanism: one text for both engines, values always bound.
//!
//! diesel's own `sql_query` never caches its statement; this one does (by text), which halves the cost of a short read.

use super::{Conn, dialect, far_date_sql};
use crate::error::Result;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    QueryResult,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::LoadQuery,
    sql_types::{BigInt, Bool, Date, Text, Timestamp},
};
use std::marker::PhantomData;

type Backend = <Conn as diesel::Connection>::Backend;

/// A value bound to a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(i64),
    Text(String),
    Date(NaiveDate),
    Time(NaiveDateTime),
    Bool(bool),
}

#[derive(Clone, Debug)]
enum Part {
    Sql(String),
    Bind(Value),
}

/// A statement under construction. `{far}` in its text stands for the last date a column can hold, which sorts what
/// has no date to the end; `{days_since:column}` for the whole days that have passed since a moment.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    parts: Vec<Part>,
}

impl Sql {
    pub fn new(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Sql(text.into())] }
    }

    /// Adds text. Never a value: those go through [`Sql::bind`].
    pub fn push(&mut self, text: impl Into<String>) -> &mut Self {
        self.parts.push(Part::Sql(text.into()));
        self
    }

    pub fn bind(&mut self, value: Value) -> &mut Self {
        self.parts.push(Part::Bind(value));
        self
    }

    /// `?, ?, ?` of integers, for `IN (…)`.
    pub fn bind_ints(&mut self, values: &[i64]) -> &mut Self {
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.bind(Value::Int(*value));
        }
        self
    }

    pub fn append(&mut self, other: &Sql) -> &mut Self {
        self.parts.extend(other.parts.iter().cloned());
        self
    }

    /// Runs it; `ST` is the tuple of SQL types that the columns have, `R` what they are read into.
    pub fn load<ST, R>(self, conn: &mut Conn) -> Result<Vec<R>>
    where
        Typed<ST>: for<'q> LoadQuery<'q, Conn, R>,
    {
        let far = far_date_sql(conn);
        let parts = self
            .parts
            .into_iter()
            .map(|part| match part {
                Part::Sql(text) if text.contains('{') => {
                    Part::Sql(dialect::with_days_since(conn, text.replace("{far}", far)))
                }
                part => part,
            })
            .collect();
        let rows: QueryResult<Vec<R>> =
            diesel::RunQueryDsl::load(Typed::<ST> { sql: Sql { parts }, types: PhantomData }, conn);
        Ok(rows?)
    }
}

/// A statement with the SQL types of its columns.
pub struct Typed<ST> {
    sql: Sql,
    types: PhantomData<ST>,
}

impl<ST> QueryFragment<Backend> for Typed<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        for part in &self.sql.parts {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Bind(Value::Int(value)) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Bind(Value::Text(value)) => out.push_bind_param::<Text, _>(value)?,
                Part::Bind(Value::Date(value)) => out.push_bind_param::<Date, _>(value)?,
                Part::Bind(Value::Time(value)) => out.push_bind_param::<Timestamp, _>(value)?,
                Part::Bind(Value::Bool(value)) => out.push_bind_param::<Bool, _>(value)?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryId for Typed<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Typed<ST> {
    type SqlType = ST;
}

impl<ST> diesel::RunQueryDsl<Conn> for Typed<ST> {}
