//! Markdown to safe HTML: CommonMark by pulldown-cmark, then cleaned by ammonia, so that no note can carry a script,
//! an image that phones home, or a form.

use crate::auth::Viewer;
use crate::auth::directory::{Directory, Person};
use crate::db::types::{UserId, fold};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .tags(
            [
                "a",
                "b",
                "blockquote",
                "br",
                "code",
                "del",
                "em",
                "hr",
                "li",
                "ol",
                "p",
                "pre",
                "strong",
                "ul",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
            ]
            .into(),
        )
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

fn options() -> Options {
    Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES
}

/// HTML of what a stranger wrote: text and line ends alone, since no sign of theirs is to be read as Markdown.
pub fn plain(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<p>");
    for sign in text.chars() {
        match sign {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            sign => html.push(sign),
        }
    }
    html.push_str("</p>");
    html
}

/// HTML of a note. Who is mentioned stands out. Headings become bold lines, so that they do not disturb the outline of the page round them.
pub fn to_html(text: &str, people: &[Person]) -> String {
    let events = Parser::new_ext(text, options()).filter_map(|event| match event {
        Event::Start(Tag::Heading { .. }) => Some(Event::Html("<p><strong>".into())),
        Event::End(TagEnd::Heading(_)) => Some(Event::Html("</strong></p>".into())),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::SoftBreak => Some(Event::HardBreak),
        // What looks like HTML in a note is text that someone typed.
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        other => Some(other),
    });
    let events = events.flat_map(|event| match event {
        Event::Text(words) if words.contains('@') => marked(&words, people),
        other => vec![other],
    });
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events);
    CLEANER.clean(&out).to_string()
}

/// The text with its mentions in bold.
fn marked<'a>(text: &str, people: &[Person]) -> Vec<Event<'a>> {
    let words = |text: &str| Event::Text(text.to_owned().into());
    let (mut events, mut rest) = (Vec::new(), text);
    for (at, _) in text.match_indices('@').take(MENTIONS) {
        let Some(ahead) = at.checked_sub(text.len() - rest.len()) else { continue };
        // An address has letters before its sign.
        if text[..at].ends_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let named = people.iter().filter_map(|p| named(&text[at + 1..], &p.name)).max();
        let Some(length) = named else { continue };
        events.push(words(&rest[..ahead]));
        events.extend([Event::Start(Tag::Strong), words(&text[at..at + 1 + length]), Event::End(TagEnd::Strong)]);
        rest = &text[at + 1 + length..];
    }
    events.push(words(rest));
    events
}

/// How many bytes at the beginning of the text are this name, in any case and accent.
fn named(text: &str, name: &str) -> Option<usize> {
    // Most names differ in their first letter: only then is it worth to fold.
    let first = |text: &str| text.chars().next().map(|c| fold(c.encode_utf8(&mut [0; 4])));
    if first(text) != first(name) {
        return None;
    }
    let end = text.char_indices().nth(name.chars().count()).map_or(text.len(), |(at, _)| at);
    (fold(&text[..end]) == fold(name)).then_some(end)
}

/// The words of a note on one line, as one reads them: without marks, and of a link only what it says. Ends soon after
/// `most` signs.
pub fn to_line(text: &str, most: usize) -> String {
    let mut words = String::new();
    let mut signs = 0;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                signs += part.chars().count();
                words.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => words.push(' '),
            // What stands in lines of its own does not run into what follows.
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
                | TagEnd::Item
                | TagEnd::TableCell,
            ) => words.push(' '),
            _ => {}
        }
        if signs > most {
            break;
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Signs @ of a text that are looked at: more would name nobody in earnest.
const MENTIONS: usize = 50;

/// People named in the text as `@Full Name`, the longest name that fits first.
pub fn mentioned(text: &str, directory: &Directory) -> Vec<Viewer> {
    let folded = fold(text);
    let names: Vec<(String, UserId)> = directory.active().map(|p| (fold(&p.name), p.id)).collect();
    let mut found = Vec::new();
    for (at, _) in folded.match_indices('@').take(MENTIONS) {
        let rest = &folded[at + 1..];
        let best = names.iter().filter(|(name, _)| rest.starts_with(name)).max_by_key(|(name, _)| name.len());
        if let Some((_, person)) = best
            && !found.contains(person)
        {
            found.push(*person);
        }
    }
    found.into_iter().filter_map(|id| directory.person(id)).map(|person| directory.viewer_of(person)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_cannot_carry_a_script() {
        for hostile in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "![x](https://evil.example/p.png)",
            "<img src=x onerror=alert(1)>",
            "<form action=/x><button>go</button></form>",
        ] {
            let html = to_html(hostile, &[]).to_lowercase();
            for sign in ["<script", "href=\"javascript", "<img", "<form", "<button"] {
                assert!(!html.contains(sign), "{hostile}: {html}");
            }
        }
    }

    #[test]
    fn a_line_of_a_note_has_no_marks() {
        for (note, line) in [
            ("See [the offer](https://acme.example/o?a=1) **today**", "See the offer today"),
            ("# Plan\n\n- call *Ana*\n- send `v2`\n\n1. wait", "Plan call Ana send v2 wait"),
            ("> quoted\nmore", "quoted more"),
            ("2 * 3 = 6, C# and a < b", "2 * 3 = 6, C# and a < b"),
            ("<b>typed</b>", "<b>typed</b>"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ] {
            assert_eq!(to_line(note, 400), line, "{note}");
        }
        assert!(to_line(&"word ".repeat(10_000), 400).len() < 60_000);
    }

    #[test]
    fn plain_words_keep_their_lines() {
        assert_eq!(to_html("one\ntwo", &[]).trim(), "<p>one<br>\ntwo</p>");
        assert!(to_html("**bold** and [a](https://acme.example)", &[]).contains("<strong>bold</strong>"));
    }
}
