//! A form filled in by its visible labels and sent as a browser without JavaScript sends it.

use super::html::{Element, Html, collapse};

/// A form on a page, with what its fields hold.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where the form is sent; empty means the page it stands on.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// Sent as `multipart/form-data` (forms with files) instead of URL-encoded.
    pub multipart: bool,
    controls: Vec<Control>,
    files: Vec<Attachment>,
    buttons: Vec<Button>,
}

/// One field as a person meets it.
#[derive(Debug, Clone)]
pub struct Control {
    pub label: String,
    pub name: String,
    /// What the field holds and would send (for a box or a choice: sends when `on`).
    pub value: String,
    /// Whether a check box or a radio button is on; true for everything else.
    pub on: bool,
    pub kind: ControlKind,
    /// The message beside the field, as `aria-describedby` names it, where `aria-invalid` is set.
    pub error: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlKind {
    Text,
    /// Several lines: line breaks are sent as browsers send them, CR LF.
    Lines,
    Hidden,
    File,
    Box,
    Radio,
    /// What can be picked: value and visible text.
    Select(Vec<(String, String)>),
}

#[derive(Debug, Clone)]
struct Button {
    text: String,
    name: Option<String>,
    value: String,
    action: Option<String>,
}

/// A file put into a form.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub name: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

impl Html {
    /// The form that has a field with this label or a button with this text.
    #[track_caller]
    pub fn form(&self, landmark: &str) -> Form {
        let mut seen = Vec::new();
        for form in self.all("form").map(|form| Form::read(self, form)) {
            let has_field = form.controls.iter().any(|control| control.label == landmark);
            if has_field || form.buttons.iter().any(|button| button.text == landmark) {
                return form;
            }
            seen.extend(form.controls.into_iter().map(|control| control.label).filter(|label| !label.is_empty()));
            seen.extend(form.buttons.into_iter().map(|button| button.text));
        }
        panic!(
            "No form has a field or a button \"{landmark}\". The page \"{}\" has: {}",
            self.heading(),
            seen.join(", ")
        )
    }

    /// The field with this visible label, in whatever form.
    #[track_caller]
    pub fn field(&self, label: &str) -> Control {
        self.form(label).field(label).clone()
    }
}

impl Form {
    fn read(html: &Html, form: Element<'_>) -> Form {
        let id = form.attr("id");
        let belongs = |element: &Element<'_>| match element.attr("form") {
            Some(named) => Some(named) == id,
            None => element.closest("form").is_some_and(|nearest| nearest.position() == form.position()),
        };
        let mut controls = Vec::new();
        let mut buttons = Vec::new();
        for element in html.elements().filter(belongs) {
            let disabled =
                element.has("disabled") || element.closest("fieldset").is_some_and(|set| set.has("disabled"));
            if disabled {
                continue;
            }
            let kind = element.attr("type").unwrap_or("").to_ascii_lowercase();
            let is_button = element.tag() == "button" && matches!(kind.as_str(), "" | "submit");
            if is_button || (element.tag() == "input" && kind == "submit") {
                let value = element.attr("value").unwrap_or("").to_owned();
                let text = if is_button { name_of_button(element) } else { value.clone() };
                let name = element.attr("name").map(str::to_owned);
                buttons.push(Button { text, name, value, action: element.attr("formaction").map(str::to_owned) });
            } else if let Some(control) = Control::read(html, element) {
                controls.push(control);
            }
        }
        Form {
            action: form.attr("action").unwrap_or("").to_owned(),
            method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            controls,
            files: Vec::new(),
            buttons,
        }
    }

    #[track_caller]
    pub fn field(&self, label: &str) -> &Control {
        match self.controls.iter().find(|control| control.label == label) {
            Some(control) => control,
            None => panic!("No field is labelled \"{label}\". The fields are: {}", self.labels().join(", ")),
        }
    }

    #[track_caller]
    fn field_mut(&mut self, label: &str) -> &mut Control {
        let labels = self.labels().join(", ");
        match self.controls.iter_mut().find(|control| control.label == label) {
            Some(control) => control,
            None => panic!("No field is labelled \"{label}\". The fields are: {labels}"),
        }
    }

    pub fn labels(&self) -> Vec<String> {
        self.controls.iter().map(|control| control.label.clone()).filter(|label| !label.is_empty()).collect()
    }

    /// Types into a field, or picks from a list by what it shows (or by its value).
    #[track_caller]
    pub fn set(mut self, label: &str, value: &str) -> Form {
        let control = self.field_mut(label);
        control.value = match &control.kind {
            ControlKind::Select(options) => {
                let picked = options.iter().find(|(_, text)| text == value);
                match picked.or_else(|| options.iter().find(|(own, _)| own == value)) {
                    Some((own, _)) => own.clone(),
                    None => panic!("\"{label}\" has no choice \"{value}\". The choices are: {options:?}"),
                }
            }
            ControlKind::Box | ControlKind::Radio => panic!("\"{label}\" is switched with check, uncheck or choose"),
            _ => value.to_owned(),
        };
        self
    }

    /// Sends a value under a field's own name whatever the page offers: what an attacker would do.
    pub fn force(mut self, name: &str, value: &str) -> Form {
        self.controls.retain(|control| control.name != name);
        self.controls.push(Control {
            label: String::new(),
            name: name.to_owned(),
            value: value.to_owned(),
            on: true,
            kind: ControlKind::Hidden,
            error: None,
        });
        self
    }

    #[track_caller]
    pub fn check(mut self, label: &str) -> Form {
        self.field_mut(label).on = true;
        self
    }

    #[track_caller]
    pub fn uncheck(mut self, label: &str) -> Form {
        self.field_mut(label).on = false;
        self
    }

    /// Picks one of several radio buttons.
    #[track_caller]
    pub fn choose(mut self, label: &str) -> Form {
        let name = self.field(label).name.clone();
        for control in self.controls.iter_mut().filter(|control| control.name == name) {
            control.on = control.label == label;
        }
        self
    }

    /// Puts a file into a file field.
    #[track_caller]
    pub fn attach(mut self, label: &str, file_name: &str, bytes: impl Into<Vec<u8>>) -> Form {
        let name = self.field(label).name.clone();
        self.files.push(Attachment { name, file_name: file_name.to_owned(), bytes: bytes.into() });
        self
    }

    /// Says which button sends the form; without this it is sent as by the Enter key, with the first button.
    #[track_caller]
    pub fn press(mut self, text: &str) -> Form {
        let found = self.buttons.iter().position(|button| button.text == text);
        let Some(found) = found else {
            let texts: Vec<_> = self.buttons.iter().map(|button| button.text.as_str()).collect();
            panic!("No button says \"{text}\". The buttons are: {}", texts.join(", "))
        };
        self.buttons.swap(0, found);
        self
    }

    /// Where the form goes with the button that sends it.
    pub fn target(&self) -> &str {
        self.buttons.first().and_then(|button| button.action.as_deref()).unwrap_or(&self.action)
    }

    /// The pairs that a browser would send.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let sent = self
            .controls
            .iter()
            .filter(|control| control.on && !control.name.is_empty() && control.kind != ControlKind::File);
        let mut pairs: Vec<_> = sent
            .map(|control| match control.kind {
                ControlKind::Lines => (control.name.clone(), control.value.replace("\r\n", "\n").replace('\n', "\r\n")),
                _ => (control.name.clone(), control.value.clone()),
            })
            .collect();
        if let Some(Button { name: Some(name), value, .. }) = self.buttons.first() {
            pairs.push((name.clone(), value.clone()));
        }
        pairs
    }

    pub fn files(&self) -> &[Attachment] {
        &self.files
    }
}

impl Control {
    fn read(html: &Html, element: Element<'_>) -> Option<Control> {
        let attr = |name| element.attr(name).unwrap_or("").to_owned();
        let (kind, value, on) = match (element.tag(), attr("type").to_ascii_lowercase().as_str()) {
            ("input", "button" | "reset" | "image") => return None,
            ("input", "hidden") => (ControlKind::Hidden, attr("value"), true),
            ("input", "file") => (ControlKind::File, String::new(), true),
            ("input", kind @ ("checkbox" | "radio")) => {
                let value = element.attr("value").unwrap_or("on").to_owned();
                let kind = if kind == "radio" { ControlKind::Radio } else { ControlKind::Box };
                (kind, value, element.has("checked"))
            }
            ("input", _) => (ControlKind::Text, attr("value"), true),
            // The parser already dropped the line break that may follow the opening tag.
            ("textarea", _) => (ControlKind::Lines, element.raw_text(), true),
            ("select", _) => {
                let options: Vec<_> = element.descendants().filter(|option| option.tag() == "option").collect();
                let value = |option: &Element<'_>| option.attr("value").map(str::to_owned).unwrap_or(option.text());
                let selected = options.iter().find(|option| option.has("selected"));
                let first = options.first().filter(|_| !element.has("multiple"));
                let shown = selected.or(first).map(value);
                let on = shown.is_some();
                let all = options.iter().map(|option| (value(option), option.text())).collect();
                (ControlKind::Select(all), shown.unwrap_or_default(), on)
            }
            _ => return None,
        };
        let error = (element.attr("aria-invalid") == Some("true"))
            .then(|| {
                described(html, element, "aria-errormessage").or_else(|| described(html, element, "aria-describedby"))
            })
            .flatten();
        Some(Control { label: label_of(html, element), name: attr("name"), value, on, kind, error })
    }
}

/// The text of the elements whose ids an attribute lists.
fn described(html: &Html, element: Element<'_>, attribute: &str) -> Option<String> {
    let ids = element.attr(attribute)?.split_ascii_whitespace();
    let texts: Vec<_> = ids.filter_map(|id| html.by_id(id)).map(Element::text).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

/// The visible label: a `label` for the field or around it, without its hints; else `aria-label`.
fn label_of(html: &Html, element: Element<'_>) -> String {
    let by_id = element.attr("id").and_then(|id| html.all("label").find(|label| label.attr("for") == Some(id)));
    if let Some(label) = by_id.or_else(|| element.closest("label")) {
        return label.text_without(&|part| {
            part.tag() == "small" || part.has_class("hint") || matches!(part.tag(), "select" | "textarea")
        });
    }
    collapse(element.attr("aria-label").unwrap_or(""))
}

fn name_of_button(button: Element<'_>) -> String {
    let text = button.text();
    if text.is_empty() { collapse(button.attr("aria-label").unwrap_or("")) } else { text }
}
