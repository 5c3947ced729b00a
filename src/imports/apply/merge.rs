//! What a row says brought into a record: a filled cell replaces, an empty one leaves alone, lists and descriptions
//! are only added to.

use iso_currency::Currency;

/// Counts as a change only what differs from before.
#[derive(Debug)]
pub struct Merge {
    pub changed: bool,
    /// An earlier row of the file has spoken for this record: only what it left empty is filled.
    fill_only: bool,
}

impl Merge {
    pub fn new(fill_only: bool) -> Self {
        Self { changed: false, fill_only }
    }

    /// A value that is always there.
    pub fn set<T: PartialEq>(&mut self, slot: &mut T, value: Option<T>) {
        if let Some(value) = value.filter(|v| v != slot)
            && !self.fill_only
        {
            *slot = value;
            self.changed = true;
        }
    }

    /// A value that may be missing.
    pub fn fill<T: PartialEq>(&mut self, slot: &mut Option<T>, value: Option<T>) {
        if value.is_some() && value != *slot && !(self.fill_only && slot.is_some()) {
            *slot = value;
            self.changed = true;
        }
    }

    /// An amount and its currency, which only change together: a number must not turn into the same number of another
    /// currency. `alone` is a currency that comes without an amount; it counts where there is none yet.
    pub fn money<A: PartialEq>(
        &mut self,
        (amount, currency): (&mut Option<A>, &mut Currency),
        value: Option<(A, Currency)>,
        alone: Option<Currency>,
    ) {
        match value {
            Some((new, of)) => {
                let kept = self.fill_only && amount.is_some();
                if !kept && (amount.as_ref() != Some(&new) || *currency != of) {
                    (*amount, *currency) = (Some(new), of);
                    self.changed = true;
                }
            }
            None if amount.is_none() => self.set(currency, alone),
            None => {}
        }
    }

    /// A text that may be empty.
    pub fn text(&mut self, slot: &mut String, value: Option<String>) {
        if let Some(value) = value.filter(|v| v != slot)
            && (!self.fill_only || slot.is_empty())
        {
            *slot = value;
            self.changed = true;
        }
    }

    /// Adds the values that the list does not have.
    pub fn add<T>(&mut self, list: &mut Vec<T>, values: impl IntoIterator<Item = T>, same: impl Fn(&T, &T) -> bool) {
        for value in values {
            if !list.iter().any(|held| same(held, &value)) {
                list.push(value);
                self.changed = true;
            }
        }
    }

    /// Adds paragraphs to a description, each once.
    pub fn describe(&mut self, text: &mut String, paragraphs: impl IntoIterator<Item = String>) {
        for paragraph in paragraphs {
            let paragraph = paragraph.trim();
            if !paragraph.is_empty() && !text.contains(paragraph) {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(paragraph);
                self.changed = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cell_erases_nothing_and_the_same_value_changes_nothing() {
        let mut merge = Merge::new(false);
        let (mut title, mut note, mut tags) = (Some(1), "As said".to_owned(), vec!["a"]);
        merge.fill(&mut title, None);
        merge.fill(&mut title, Some(1));
        merge.describe(&mut note, ["As said".to_owned()]);
        merge.add(&mut tags, ["a"], |a, b| a == b);
        assert!(!merge.changed);
        merge.fill(&mut title, Some(2));
        assert_eq!((merge.changed, title), (true, Some(2)));
    }

    #[test]
    fn an_amount_never_changes_its_currency_alone() {
        let mut merge = Merge::new(true);
        let (mut amount, mut currency) = (None, Currency::EUR);
        merge.money((&mut amount, &mut currency), None, Some(Currency::USD));
        assert_eq!((amount, currency, merge.changed), (None, Currency::EUR, false), "the first row decides");
        merge.money((&mut amount, &mut currency), Some((5, Currency::USD)), None);
        assert_eq!((amount, currency), (Some(5), Currency::USD));
        merge.money((&mut amount, &mut currency), Some((7, Currency::JPY)), None);
        assert_eq!((amount, currency), (Some(5), Currency::USD));
        let mut merge = Merge::new(false);
        merge.money((&mut amount, &mut currency), None, Some(Currency::JPY));
        assert_eq!((amount, currency, merge.changed), (Some(5), Currency::USD, false));
        let mut none: Option<i64> = None;
        merge.money((&mut none, &mut currency), None, Some(Currency::JPY));
        assert_eq!((currency, merge.changed), (Currency::JPY, true));
    }

    #[test]
    fn a_later_row_fills_what_the_earlier_one_left_empty() {
        let mut merge = Merge::new(true);
        let (mut title, mut phone, mut name) = (Some("Director"), None, "Ana");
        merge.fill(&mut title, Some("CEO"));
        merge.fill(&mut phone, Some("1"));
        merge.set(&mut name, Some("Anna"));
        assert_eq!((title, phone, name), (Some("Director"), Some("1"), "Ana"));
    }
}
