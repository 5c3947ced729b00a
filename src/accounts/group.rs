//! The group that an account belongs to as its page draws it: a tree in reading order, each with what its open deals are
//! worth, those of everything below it included.

use super::hierarchy::{self, Node};
use crate::{
    auth::Viewer,
    db::{Conn, types::AccountId},
    deals::{
        Status,
        related::{self, Worth},
    },
    error::Result,
};
use std::collections::HashMap;

/// One account of the tree, in reading order.
pub struct Branch {
    pub id: AccountId,
    pub name: String,
    /// Whether a level of the tree begins under it.
    pub opens: bool,
    /// How many levels end after it.
    pub closes: usize,
    /// Open deals of this account and all below it.
    pub open: Worth,
}

/// The group round one account.
pub struct Group {
    pub branches: Vec<Branch>,
    /// Open deals of the account itself.
    pub own: Worth,
    /// Open deals of the account and all below it.
    pub with_below: Worth,
}

impl Group {
    /// Whether there is more than the account itself.
    pub fn is_alone(&self) -> bool {
        self.branches.len() < 2
    }
}

/// Reads the group that an account stands in.
pub fn of(conn: &mut Conn, viewer: &Viewer, account: AccountId) -> Result<Group> {
    let tree = hierarchy::tree(conn, viewer, account)?;
    let worth = related::worth(conn, viewer, &tree.ids(), Status::Open)?;
    let mut branches = Vec::new();
    walk(&tree, &worth, 0, &mut branches);
    let own = worth.get(&account).cloned().unwrap_or_default();
    let with_below = branches.iter().find(|b| b.id == account).map(|b| b.open.clone()).unwrap_or_default();
    Ok(Group { branches, own, with_below })
}

/// Writes a node and all below it; `ends` levels end with the last of them. Returns what their open deals are worth.
fn walk(node: &Node, worth: &HashMap<AccountId, Worth>, ends: usize, branches: &mut Vec<Branch>) -> Worth {
    let mut sum = worth.get(&node.id).cloned().unwrap_or_default();
    let at = branches.len();
    let opens = !node.children.is_empty();
    let closes = if opens { 0 } else { ends };
    branches.push(Branch { id: node.id, name: node.name.clone(), opens, closes, open: Worth::default() });
    for (i, child) in node.children.iter().enumerate() {
        let last = i + 1 == node.children.len();
        sum.add(&walk(child, worth, if last { ends + 1 } else { 0 }, branches));
    }
    branches[at].open = sum.clone();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::Money;
    use iso_currency::Currency;

    fn node(id: i64, children: Vec<Node>) -> Node {
        Node { id: AccountId(id), name: id.to_string(), children }
    }

    #[test]
    fn a_parent_is_worth_what_all_below_it_are() {
        let tree = node(1, vec![node(2, vec![node(3, vec![])]), node(4, vec![])]);
        let euro = |minor| Worth { deals: 1, sums: vec![Money::new(minor, Currency::EUR)] };
        let worth = HashMap::from([(AccountId(3), euro(500)), (AccountId(4), euro(70))]);
        let mut branches = Vec::new();
        let sum = walk(&tree, &worth, 0, &mut branches);
        assert_eq!(sum, Worth { deals: 2, sums: vec![Money::new(570, Currency::EUR)] });
        assert_eq!(branches[1].open, euro(500));
        let drawn: Vec<_> = branches.iter().map(|b| (b.id.0, b.opens, b.closes)).collect();
        assert_eq!(drawn, [(1, true, 0), (2, true, 0), (3, false, 1), (4, false, 1)]);
    }
}
