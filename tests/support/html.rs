//! A page as a person finds their way in it: by headings, labels, links and table cells.
//!
//! html5ever parses as a browser does and reports every parse error; the tree it builds is kept in
//! one list of nodes, addressed by position.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName};

/// A parsed page.
pub struct Html {
    nodes: Vec<Node>,
    errors: Vec<String>,
}

struct Node {
    parent: Option<usize>,
    children: Vec<usize>,
    kind: Kind,
}

enum Kind {
    /// The document, the contents of a `template`, a comment: nothing a reader sees.
    Silent,
    Text(String),
    Element {
        name: QualName,
        attributes: Vec<(String, String)>,
        template_contents: Option<usize>,
    },
}

/// One element of a page.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    html: &'a Html,
    at: usize,
}

/// Where a link leads, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub href: String,
}

impl Html {
    pub fn parse(text: &str) -> Html {
        let mut options = ParseOpts::default();
        options.tokenizer.exact_errors = true;
        options.tree_builder.exact_errors = true;
        // Tests without a browser see what a person without JavaScript sees.
        options.tree_builder.scripting_enabled = false;
        html5ever::parse_document(Tree::default(), options).one(text)
    }

    /// What the HTML standard calls parse errors, in the order met, each with its line.
    pub fn errors(&self) -> &[String] {
        &self.errors
    }

    /// Every element, in document order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        self.root().descendants()
    }

    /// Every element of one tag name.
    pub fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = Element<'a>> {
        self.elements().filter(move |element| element.tag() == tag)
    }

    /// Every element of one class.
    pub fn classed<'a>(&'a self, class: &'a str) -> impl Iterator<Item = Element<'a>> {
        self.elements().filter(move |element| element.has_class(class))
    }

    pub fn by_id(&self, id: &str) -> Option<Element<'_>> {
        self.elements().find(|element| element.attr("id") == Some(id))
    }

    /// The page's heading of the first rank, or nothing where it is missing.
    pub fn heading(&self) -> String {
        self.all("h1").next().map(|h1| h1.text()).unwrap_or_default()
    }

    /// Everything a reader sees in `main` (or in the whole page where there is none), in one line.
    pub fn text(&self) -> String {
        self.all("main").next().unwrap_or(self.root()).text()
    }

    /// Whether a reader sees these words, whatever the line breaks between them.
    pub fn says(&self, words: &str) -> bool {
        self.root().text().contains(&collapse(words))
    }

    pub fn links(&self) -> Vec<Link> {
        self.all("a").filter_map(|a| Some(Link { text: a.text(), href: a.attr("href")?.to_owned() })).collect()
    }

    /// The address of the first link that says exactly this.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let links = self.links();
        match links.iter().find(|link| link.text == text) {
            Some(link) => link.href.clone(),
            None => panic!("No link says \"{text}\". The links are: {links:?}"),
        }
    }

    /// The cells of every body row of every table, row by row, less what only decorates them.
    pub fn rows(&self) -> Vec<Vec<String>> {
        self.all("tr")
            .filter(|row| row.parent().is_none_or(|parent| parent.tag() != "thead"))
            .map(|row| {
                let cells = row.children().filter(|cell| matches!(cell.tag(), "td" | "th"));
                cells.map(|cell| cell.text_without(&|part| part.attr("aria-hidden") == Some("true"))).collect()
            })
            .collect()
    }

    /// The body row that has a cell saying exactly this.
    #[track_caller]
    pub fn row(&self, cell: &str) -> Vec<String> {
        let rows = self.rows();
        match rows.iter().find(|row| row.iter().any(|text| text == cell)) {
            Some(row) => row.clone(),
            None => panic!("No row has a cell \"{cell}\". The rows are: {rows:?}"),
        }
    }

    /// What a `dl` says about a term.
    #[track_caller]
    pub fn fact(&self, term: &str) -> String {
        let fact = self.all("dt").find(|dt| dt.text() == term).and_then(|dt| {
            let mut following = dt.parent()?.children().skip_while(move |element| element.at != dt.at).skip(1);
            following.next().filter(|dd| dd.tag() == "dd")
        });
        match fact {
            Some(dd) => dd.text(),
            None => panic!("The page names no fact \"{term}\""),
        }
    }

    pub fn root(&self) -> Element<'_> {
        Element { html: self, at: 0 }
    }
}

impl<'a> Element<'a> {
    /// The tag name in lower case; empty for the document itself.
    pub fn tag(self) -> &'a str {
        match &self.html.nodes[self.at].kind {
            Kind::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    pub fn attr(self, name: &str) -> Option<&'a str> {
        match &self.html.nodes[self.at].kind {
            Kind::Element { attributes, .. } => {
                attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
            }
            _ => None,
        }
    }

    pub fn has(self, attribute: &str) -> bool {
        self.attr(attribute).is_some()
    }

    pub fn has_class(self, class: &str) -> bool {
        self.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    pub fn parent(self) -> Option<Element<'a>> {
        self.html.nodes[self.at].parent.map(|at| Element { html: self.html, at })
    }

    /// Where the element stands in the page's list of nodes: the same for the same element only.
    pub fn position(self) -> usize {
        self.at
    }

    /// The nearest element above (or this one) with a tag name.
    pub fn closest(self, tag: &str) -> Option<Element<'a>> {
        std::iter::successors(Some(self), |element| element.parent()).find(|element| element.tag() == tag)
    }

    pub fn children(self) -> impl Iterator<Item = Element<'a>> {
        let html = self.html;
        let children = html.nodes[self.at].children.iter();
        children.map(move |&at| Element { html, at }).filter(|element| !element.tag().is_empty())
    }

    /// The elements below this one, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        let mut waiting: Vec<Element<'a>> = self.children().collect();
        waiting.reverse();
        std::iter::from_fn(move || {
            let element = waiting.pop()?;
            let at = waiting.len();
            waiting.extend(element.children());
            waiting[at..].reverse();
            Some(element)
        })
    }

    /// What a reader sees: without scripts, styles and what is `hidden`, white space collapsed.
    pub fn text(self) -> String {
        let mut text = String::new();
        self.collect_text(&mut text, &|_| false);
        collapse(&text)
    }

    /// The same, without the elements that `leave_out` names.
    pub fn text_without(self, leave_out: &dyn Fn(Element<'a>) -> bool) -> String {
        let mut text = String::new();
        self.collect_text(&mut text, leave_out);
        collapse(&text)
    }

    /// The text as written, line breaks and all: the value of a `textarea`, the lines of a `pre`.
    pub fn raw_text(self) -> String {
        let mut text = String::new();
        for &child in &self.html.nodes[self.at].children {
            match &self.html.nodes[child].kind {
                Kind::Text(more) => text.push_str(more),
                _ => text.push_str(&Element { html: self.html, at: child }.raw_text()),
            }
        }
        text
    }

    fn collect_text(self, text: &mut String, leave_out: &dyn Fn(Element<'a>) -> bool) {
        for &child in &self.html.nodes[self.at].children {
            match &self.html.nodes[child].kind {
                Kind::Text(more) => text.push_str(more),
                Kind::Silent => {}
                Kind::Element { .. } => {
                    let child = Element { html: self.html, at: child };
                    let silent = matches!(child.tag(), "script" | "style" | "head" | "template") || child.has("hidden");
                    if silent || leave_out(child) {
                        continue;
                    }
                    // Words of neighbouring blocks and controls are not one word.
                    let inline = matches!(
                        child.tag(),
                        "a" | "abbr"
                            | "b"
                            | "bdi"
                            | "code"
                            | "em"
                            | "i"
                            | "kbd"
                            | "mark"
                            | "s"
                            | "span"
                            | "strong"
                            | "time"
                            | "u"
                    );
                    let space = if inline { "" } else { " " };
                    text.push_str(space);
                    child.collect_text(text, leave_out);
                    text.push_str(space);
                }
            }
        }
    }
}

/// White space as HTML shows it: every run is one space, none at the ends.
pub fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tree while html5ever builds it; `usize` handles are positions in `nodes`.
struct Tree {
    nodes: RefCell<Vec<Node>>,
    errors: RefCell<Vec<String>>,
    line: RefCell<u64>,
}

impl Default for Tree {
    fn default() -> Tree {
        let document = Node { parent: None, children: Vec::new(), kind: Kind::Silent };
        Tree { nodes: RefCell::new(vec![document]), errors: RefCell::default(), line: RefCell::new(1) }
    }
}

impl Tree {
    fn add(&self, kind: Kind) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, children: Vec::new(), kind });
        nodes.len() - 1
    }

    /// Puts a child into a parent at a position; text joins the text before it.
    fn insert(&self, parent: usize, position: usize, child: NodeOrText<usize>) {
        let node = match child {
            NodeOrText::AppendNode(node) => {
                self.remove_from_parent(&node);
                node
            }
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = position.checked_sub(1).map(|before| nodes[parent].children[before]);
                if let Some(before) = before
                    && let Kind::Text(existing) = &mut nodes[before].kind
                {
                    existing.push_str(&text);
                    return;
                }
                drop(nodes);
                self.add(Kind::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes[node].parent = Some(parent);
        nodes[parent].children.insert(position, node);
    }
}

/// An element's name as html5ever asks for it while the tree may still change.
#[derive(Debug)]
struct OwnedName(QualName);

impl ElemName for OwnedName {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Html;
    type ElemName<'a> = OwnedName;

    fn finish(self) -> Html {
        Html { nodes: self.nodes.into_inner(), errors: self.errors.into_inner() }
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.errors.borrow_mut().push(format!("line {}: {message}", self.line.borrow()));
    }

    fn set_current_line(&self, line: u64) {
        *self.line.borrow_mut() = line;
    }

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name<'a>(&'a self, &target: &'a usize) -> OwnedName {
        match &self.nodes.borrow()[target].kind {
            Kind::Element { name, .. } => OwnedName(name.clone()),
            _ => unreachable!("html5ever asks for the name of elements only"),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> usize {
        let template_contents = flags.template.then(|| self.add(Kind::Silent));
        self.add(Kind::Element { name, attributes: attributes.into_iter().map(pair).collect(), template_contents })
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(Kind::Silent)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(Kind::Silent)
    }

    fn append(&self, &parent: &usize, child: NodeOrText<usize>) {
        let end = self.nodes.borrow()[parent].children.len();
        self.insert(parent, end, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        if self.nodes.borrow()[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, &target: &usize) -> usize {
        match self.nodes.borrow()[target].kind {
            Kind::Element { template_contents: Some(contents), .. } => contents,
            _ => unreachable!("html5ever asks for the contents of templates only"),
        }
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        if mode != QuirksMode::NoQuirks {
            self.parse_error("the page would be shown in quirks mode".into());
        }
    }

    fn append_before_sibling(&self, &sibling: &usize, child: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = child {
            self.remove_from_parent(&node);
        }
        let found = {
            let nodes = self.nodes.borrow();
            nodes[sibling]
                .parent
                .and_then(|parent| Some((parent, nodes[parent].children.iter().position(|&one| one == sibling)?)))
        };
        if let Some((parent, position)) = found {
            self.insert(parent, position, child);
        }
    }

    fn add_attrs_if_missing(&self, &target: &usize, more: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target].kind {
            for (key, value) in more.into_iter().map(pair) {
                if !attributes.iter().any(|(existing, _)| *existing == key) {
                    attributes.push((key, value));
                }
            }
        }
    }

    fn remove_from_parent(&self, &target: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[target].parent.take() {
            nodes[parent].children.retain(|&child| child != target);
        }
    }

    fn reparent_children(&self, &node: &usize, new_parent: &usize) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[node].children);
        for child in children {
            self.nodes.borrow_mut()[child].parent = None;
            self.append(new_parent, NodeOrText::AppendNode(child));
        }
    }
}

fn pair(attribute: Attribute) -> (String, String) {
    (attribute.name.local.to_string(), attribute.value.to_string())
}
