//! Every address of the product and who may use it: the site map.
//!
//! The permission itself is the handler's extractor; `Who` states it for people and for the policy test, which walks
//! this list with every role and holds the two together.

use crate::{
    accounts, attachments, auth, contacts, day, deals, goals, help, imports, jobs, leads, meetings, notifications,
    playbooks, products, quotes, records, search, settings, tasks, timeline, web, web_forms,
};
use actix_web::{FromRequest, Handler, Responder, guard, http::Method, web as actix};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Strangers too.
    Anyone,
    SignedIn,
    /// Everyone but agents.
    Rep,
    /// Managers and admins.
    Manager,
    Admin,
}

impl Who {
    pub fn text(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed_in",
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

/// Something that takes routes: the server, or a list of them.
pub trait Site {
    fn add<F, Args>(&mut self, method: Method, path: &'static str, who: Who, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static;

    fn get<F, Args>(&mut self, path: &'static str, who: Who, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::GET, path, who, handler);
    }

    fn post<F, Args>(&mut self, path: &'static str, who: Who, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::POST, path, who, handler);
    }
}

/// The site map. Fixed words come before numbers in the same place.
fn site(s: &mut impl Site) {
    use Who::{Admin, Anyone, Manager, Rep, SignedIn};

    s.get("/static/{hash}/{name}", Anyone, web::assets::serve);
    s.get("/healthz", Anyone, web::health::alive);
    s.get("/readyz", Anyone, web::health::ready);

    s.get("/set-up", Anyone, settings::set_up::hint);
    s.get("/set-up/{token}", Anyone, settings::set_up::new);
    s.post("/set-up/{token}", Anyone, settings::set_up::create);
    s.get("/sign-in", Anyone, auth::pages::sign_in::new);
    s.post("/sign-in", Anyone, auth::pages::sign_in::create);
    s.post("/sign-out", SignedIn, auth::pages::sign_in::destroy);
    s.get("/invitations/{token}", Anyone, auth::pages::invitation::edit);
    s.post("/invitations/{token}", Anyone, auth::pages::invitation::update);
    s.get("/password-resets/new", Anyone, auth::pages::reset::new);
    s.post("/password-resets", Anyone, auth::pages::reset::create);
    s.get("/password-resets/{token}", Anyone, auth::pages::reset::edit);
    s.post("/password-resets/{token}", Anyone, auth::pages::reset::update);

    s.get("/forms/{token}", Anyone, web_forms::public_pages::new);
    s.post("/forms/{token}", Anyone, web_forms::public_pages::create);
    s.add(Method::OPTIONS, "/forms/{token}", Anyone, web_forms::public_pages::preflight);
    s.get("/q/{token}", Anyone, quotes::public_pages::show);
    s.post("/q/{token}/acceptance", Anyone, quotes::public_pages::accept);
    s.post("/q/{token}/refusal", Anyone, quotes::public_pages::refuse);

    s.get("/profile", SignedIn, auth::pages::profile::show);
    s.post("/profile", SignedIn, auth::pages::profile::update);
    s.post("/profile/password", SignedIn, auth::pages::profile::change_password);
    s.post("/profile/sessions/deletion", SignedIn, auth::pages::profile::end_other_sessions);
    s.post("/profile/sessions/{id}/deletion", SignedIn, auth::pages::profile::end_session);
    s.get("/people/options", SignedIn, auth::pages::people::options);
    s.get("/help", SignedIn, help::pages::index);

    s.get("/settings", Admin, settings::pages::index);
    s.get("/settings/company", Admin, settings::company::edit);
    s.post("/settings/company", Admin, settings::company::update);
    s.get("/settings/people", Admin, settings::people::index);
    s.get("/settings/people/new", Admin, settings::people::new);
    s.post("/settings/people", Admin, settings::people::create);
    s.get("/settings/people/{id}", Admin, settings::people::edit);
    s.post("/settings/people/{id}", Admin, settings::people::update);
    s.post("/settings/people/{id}/invitation", Admin, settings::people::invite);
    s.post("/settings/people/{id}/sessions/deletion", Admin, settings::people::end_sessions);
    s.get("/settings/people/{id}/deactivation/new", Admin, settings::leaving::new);
    s.post("/settings/people/{id}/deactivation", Admin, settings::leaving::create);
    s.post("/settings/people/{id}/reactivation", Admin, settings::leaving::destroy);
    s.get("/settings/teams", Admin, settings::teams::index);
    s.get("/settings/teams/new", Admin, settings::teams::new);
    s.post("/settings/teams", Admin, settings::teams::create);
    s.get("/settings/teams/{id}", Admin, settings::teams::edit);
    s.post("/settings/teams/{id}", Admin, settings::teams::update);
    s.post("/settings/teams/{id}/deletion", Admin, settings::teams::destroy);
    s.get("/settings/competitors", Manager, settings::competitors::index);
    s.get("/settings/competitors/new", Manager, settings::competitors::new);
    s.post("/settings/competitors", Manager, settings::competitors::create);
    s.get("/settings/competitors/{id}", Manager, settings::competitors::edit);
    s.post("/settings/competitors/{id}", Manager, settings::competitors::update);
    s.get("/settings/playbooks", Admin, playbooks::pages::index);
    s.get("/settings/playbooks/new", Admin, playbooks::pages::new);
    s.post("/settings/playbooks", Admin, playbooks::pages::create);
    s.get("/settings/playbooks/{id}", Admin, playbooks::pages::edit);
    s.post("/settings/playbooks/{id}", Admin, playbooks::pages::update);
    s.post("/settings/playbooks/{id}/deletion", Admin, playbooks::pages::destroy);
    s.get("/settings/changes", Admin, settings::changes::index);
    s.get("/imports", Admin, imports::pages::index);
    s.post("/imports", Admin, imports::pages::create);
    s.get("/imports/uploads/{id}", Admin, imports::upload_pages::show);
    s.post("/imports/uploads/{id}", Admin, imports::upload_pages::update);
    s.post("/imports/uploads/{id}/import", Admin, imports::upload_pages::import);
    s.post("/imports/uploads/{id}/deletion", Admin, imports::upload_pages::destroy);
    s.get("/imports/uploads/{id}/bad-rows.csv", Admin, imports::upload_pages::bad_rows);
    s.get("/imports/{id}", Admin, imports::pages::show);
    s.get("/imports/{id}/bad-rows.csv", Admin, imports::pages::bad_rows);
    s.get("/settings/jobs", Admin, jobs::pages::index);
    s.post("/settings/jobs/mail/retry", Admin, jobs::pages::try_now);
    s.post("/settings/jobs/mail/{id}/retry", Admin, jobs::pages::try_again);
    s.post("/settings/jobs/mail/{id}/deletion", Admin, jobs::pages::drop_mail);

    s.get("/", SignedIn, day::pages::index);
    s.get("/goals", SignedIn, goals::pages::index);
    s.post("/goals", Manager, goals::pages::update);
    s.get("/day/team", Manager, day::team::index);
    s.get("/day/{id}", Manager, day::pages::show);
    s.post("/mentions/{id}/dismissal", SignedIn, day::pages::dismiss);
    s.get("/attachments/new", SignedIn, attachments::pages::new);
    s.post("/attachments", SignedIn, attachments::pages::create);
    s.get("/attachments/{id}", SignedIn, attachments::pages::show);
    s.post("/attachments/{id}/deletion", SignedIn, attachments::pages::destroy);
    s.post("/attachments/{id}/restoration", SignedIn, attachments::pages::restore);
    s.get("/notifications", SignedIn, notifications::pages::index);
    s.get("/notifications/live", SignedIn, notifications::live::show);
    s.get("/notifications/choices", SignedIn, notifications::pages::edit_choices);
    s.post("/notifications/choices", SignedIn, notifications::pages::update_choices);
    s.post("/notifications/reading", SignedIn, notifications::pages::read_all);
    s.post("/notifications/{id}/reading", SignedIn, notifications::pages::read);
    s.post("/notifications/{id}/unreading", SignedIn, notifications::pages::unread);
    s.get("/search", SignedIn, search::pages::index);
    s.post("/drafts", SignedIn, timeline::pages::keep_draft);
    s.get("/timeline/new", SignedIn, timeline::pages::new);
    s.post("/timeline", SignedIn, timeline::pages::create);
    s.get("/timeline/{id}/edit", SignedIn, timeline::pages::edit);
    s.post("/timeline/{id}", SignedIn, timeline::pages::update);
    s.post("/timeline/{id}/deletion", SignedIn, timeline::pages::destroy);
    s.post("/timeline/{id}/restoration", SignedIn, timeline::pages::restore);

    s.get("/accounts", SignedIn, accounts::pages::index);
    s.get("/accounts.csv", SignedIn, accounts::pages::export);
    s.get("/accounts/new", SignedIn, accounts::pages::new);
    s.get("/accounts/options", SignedIn, accounts::pages::options);
    s.post("/accounts", SignedIn, accounts::pages::create);
    s.post("/accounts/selection", SignedIn, accounts::selection_pages::create);
    s.post("/accounts/restoration", SignedIn, accounts::selection_pages::restore);
    s.get("/accounts/{id}", SignedIn, accounts::pages::show);
    s.get("/accounts/{id}/edit", SignedIn, accounts::pages::edit);
    s.post("/accounts/{id}", SignedIn, accounts::pages::update);
    s.post("/accounts/{id}/deletion", SignedIn, accounts::pages::destroy);
    s.post("/accounts/{id}/restoration", SignedIn, accounts::pages::restore);
    s.post("/accounts/{id}/erasure", Manager, accounts::pages::erase);

    s.get("/tasks", SignedIn, tasks::pages::index);
    s.get("/tasks.csv", SignedIn, tasks::pages::export);
    s.get("/tasks/new", SignedIn, tasks::pages::new);
    s.get("/tasks/options", SignedIn, tasks::pages::options);
    s.get("/tasks/understood", SignedIn, tasks::passing::understood);
    s.post("/tasks", SignedIn, tasks::pages::create);
    s.post("/tasks/quick", SignedIn, tasks::passing::create);
    s.post("/tasks/selection", SignedIn, tasks::passing::change_selection);
    s.post("/tasks/restoration", SignedIn, tasks::passing::restore_selection);
    s.post("/tasks/steps/{batch}/undoing", SignedIn, tasks::passing::undo);
    s.get("/tasks/{id}", SignedIn, tasks::pages::show);
    s.get("/tasks/{id}/edit", SignedIn, tasks::pages::edit);
    s.post("/tasks/{id}", SignedIn, tasks::pages::update);
    s.get("/tasks/{id}/steps/new", SignedIn, tasks::passing::new);
    s.post("/tasks/{id}/steps", SignedIn, tasks::passing::step);
    s.post("/tasks/{id}/completion", SignedIn, tasks::pages::complete);
    s.get("/tasks/{id}/follow-up/new", SignedIn, tasks::follow_up::new);
    s.post("/tasks/{id}/follow-up", SignedIn, tasks::follow_up::create);
    s.post("/tasks/{id}/reopening", SignedIn, tasks::pages::reopen);
    s.post("/tasks/{id}/deletion", SignedIn, tasks::pages::destroy);
    s.post("/tasks/{id}/restoration", SignedIn, tasks::pages::restore);
    s.post("/tasks/{id}/erasure", Manager, tasks::pages::erase);

    s.get("/calendar", SignedIn, meetings::calendar_pages::week);
    s.get("/calendar/agenda", SignedIn, meetings::calendar_pages::agenda);
    s.get("/calendar/subscription", SignedIn, meetings::feed_pages::show);
    s.post("/calendar/subscription", SignedIn, meetings::feed_pages::create);
    s.post("/calendar/subscription/deletion", SignedIn, meetings::feed_pages::destroy);
    s.get("/calendar/feed/{token}.ics", Anyone, meetings::feed_pages::feed);
    s.get("/meetings/new", SignedIn, meetings::pages::new);
    s.post("/meetings", SignedIn, meetings::pages::create);
    s.get("/meetings/{id}", SignedIn, meetings::pages::show);
    s.get("/meetings/{id}/edit", SignedIn, meetings::pages::edit);
    s.post("/meetings/{id}", SignedIn, meetings::pages::update);
    s.post("/meetings/{id}/time", SignedIn, meetings::deed_pages::reschedule);
    s.post("/meetings/{id}/answers", SignedIn, meetings::deed_pages::answer);
    s.post("/meetings/{id}/outcome", SignedIn, meetings::deed_pages::end);
    s.post("/meetings/{id}/cancellation", SignedIn, meetings::deed_pages::cancel);
    s.post("/meetings/{id}/reopening", SignedIn, meetings::deed_pages::reopen);
    s.post("/meetings/{id}/deletion", SignedIn, meetings::pages::destroy);
    s.post("/meetings/{id}/restoration", SignedIn, meetings::pages::restore);
    s.post("/meetings/{id}/erasure", Manager, meetings::pages::erase);

    s.get("/contacts", SignedIn, contacts::pages::index);
    s.get("/contacts.csv", SignedIn, contacts::pages::export);
    s.get("/contacts/new", SignedIn, contacts::pages::new);
    s.post("/contacts", SignedIn, contacts::pages::create);
    s.post("/contacts/selection", SignedIn, contacts::selection_pages::create);
    s.post("/contacts/restoration", SignedIn, contacts::selection_pages::restore);
    s.get("/contacts/{id}/photo", SignedIn, contacts::photo_pages::edit);
    s.post("/contacts/{id}/photo", SignedIn, contacts::photo_pages::update);
    s.post("/contacts/{id}/photo/deletion", SignedIn, contacts::photo_pages::destroy);
    s.get("/files/{sha256}", SignedIn, contacts::photo_pages::show);
    s.get("/contacts/{id}/accounts/new", SignedIn, contacts::account_pages::new);
    s.post("/contacts/{id}/accounts", SignedIn, contacts::account_pages::create);
    s.get("/contacts/{id}/accounts/{place}/edit", SignedIn, contacts::account_pages::edit);
    s.post("/contacts/{id}/accounts/{place}", SignedIn, contacts::account_pages::update);
    s.post("/contacts/{id}/accounts/{place}/deletion", SignedIn, contacts::account_pages::destroy);
    s.post("/contacts/{id}/suggestions/{suggestion}/acceptance", SignedIn, contacts::suggestion_pages::accept);
    s.post("/contacts/{id}/suggestions/{suggestion}/dismissal", SignedIn, contacts::suggestion_pages::dismiss);
    s.get("/contacts/{id}", SignedIn, contacts::pages::show);
    s.get("/contacts/{id}/edit", SignedIn, contacts::pages::edit);
    s.post("/contacts/{id}", SignedIn, contacts::pages::update);
    s.post("/contacts/{id}/deletion", SignedIn, contacts::pages::destroy);
    s.post("/contacts/{id}/restoration", SignedIn, contacts::pages::restore);
    s.post("/contacts/{id}/erasure", Manager, contacts::pages::erase);

    s.get("/leads", SignedIn, leads::pages::index);
    s.get("/leads.csv", SignedIn, leads::pages::export);
    s.get("/leads/quick", SignedIn, leads::pages::quick);
    s.get("/leads/new", SignedIn, leads::pages::new);
    s.post("/leads/selection", SignedIn, leads::pages::change_selection);
    s.post("/leads/restoration", SignedIn, leads::pages::restore_selection);
    s.post("/leads/next", Rep, leads::pages::take_next);
    s.get("/leads/speed", Rep, leads::speed_pages::index);
    s.get("/leads/speed.csv", Rep, leads::speed_pages::export);
    s.get("/leads/availability", Rep, leads::availability_pages::index);
    s.post("/leads/availability/{id}", Rep, leads::availability_pages::update);
    s.post("/leads/{id}/taking", Rep, leads::pages::take);
    s.post("/leads/{id}/assignment", Rep, leads::pages::assign);
    s.get("/leads/{id}", SignedIn, leads::pages::show);
    s.get("/leads/{id}/edit", SignedIn, leads::pages::edit);
    s.get("/leads/{id}/qualification/new", Rep, leads::qualifying::pages::new);
    s.post("/leads/{id}/qualification", Rep, leads::qualifying::pages::create);
    s.post("/leads/{id}/qualification/undoing", Rep, leads::qualifying::pages::undo);
    s.get("/leads/{id}/disqualification/new", Rep, leads::qualifying::pages::new_disqualification);
    s.post("/leads/{id}/disqualification", Rep, leads::qualifying::pages::disqualify);
    s.get("/deals", SignedIn, deals::pages::index);
    s.get("/deals.csv", SignedIn, deals::pages::export);
    s.get("/deals/board", SignedIn, deals::pages::board::show);
    s.get("/deals/new", Rep, deals::pages::new);
    s.post("/deals", Rep, deals::pages::create);
    s.post("/deals/selection", Rep, deals::pages::selection::create);
    s.post("/deals/restoration", Rep, deals::pages::selection::restore);
    s.get("/deals/{id}", SignedIn, deals::pages::record::show);
    s.get("/deals/{id}/edit", Rep, deals::pages::edit);
    s.post("/deals/{id}", Rep, deals::pages::update);
    s.post("/deals/{id}/stage", Rep, deals::pages::board::stage);
    s.post("/deals/{id}/next-step", Rep, deals::pages::record::next_step);
    s.get("/deals/{id}/closure/new", Rep, deals::pages::closing::new);
    s.post("/deals/{id}/closure", Rep, deals::pages::closing::create);
    s.get("/deals/{id}/requirements/new", Rep, deals::pages::requirements::new);
    s.post("/deals/{id}/requirements", Rep, deals::pages::requirements::create);
    s.post("/deals/{id}/checks", Rep, deals::pages::requirements::tick);
    s.post("/deals/{id}/reopening", Rep, deals::pages::closing::reopen);
    s.post("/deals/{id}/competitors", Rep, deals::pages::competitors::create);
    s.post("/deals/{id}/competitors/{competitor}/deletion", Rep, deals::pages::competitors::destroy);
    s.get("/deals/{id}/playbooks/new", Rep, deals::pages::playbooks::new);
    s.post("/deals/{id}/playbooks", Rep, deals::pages::playbooks::create);
    s.post("/deals/{id}/playbooks/{at}/undoing", Rep, deals::pages::playbooks::undo);
    s.get("/deals/{id}/people/new", Rep, deals::pages::parts::new_person);
    s.post("/deals/{id}/people", Rep, deals::pages::parts::create_person);
    s.post("/deals/{id}/people/{contact}/deletion", Rep, deals::pages::parts::destroy_person);
    s.post("/deals/{id}/amount", Rep, deals::pages::items::lock);
    s.post("/deals/{id}/price-book", Rep, deals::pages::items::choose_book);
    s.get("/deals/{id}/products/new", Rep, deals::pages::items::new);
    s.post("/deals/{id}/products", Rep, deals::pages::items::create);
    s.get("/deals/{id}/products/{item}/edit", Rep, deals::pages::items::edit);
    s.post("/deals/{id}/products/{item}", Rep, deals::pages::items::update);
    s.post("/deals/{id}/products/{item}/copy", Rep, deals::pages::items::copy);
    s.post("/deals/{id}/products/{item}/position", Rep, deals::pages::items::place);
    s.post("/deals/{id}/products/{item}/deletion", Rep, deals::pages::items::destroy);
    s.post("/deals/{id}/products/{item}/restoration", Rep, deals::pages::items::restore);
    s.post("/deals/{id}/deletion", Rep, deals::pages::destroy);
    s.post("/deals/{id}/restoration", Rep, deals::pages::restore);
    s.post("/deals/{id}/erasure", Manager, deals::pages::erase);

    s.post("/deals/{id}/quotes", Rep, quotes::pages::create);

    s.get("/quotes", SignedIn, quotes::pages::index);
    s.get("/quotes.csv", SignedIn, quotes::pages::export);
    s.get("/quotes/{id}", SignedIn, quotes::pages::show);
    s.get("/quotes/{id}/edit", Rep, quotes::pages::edit);
    s.post("/quotes/{id}", Rep, quotes::pages::update);
    s.post("/quotes/{id}/lines", Rep, quotes::pages::refresh);
    s.post("/quotes/{id}/revision", Rep, quotes::pages::revise);
    s.post("/quotes/{id}/deletion", Rep, quotes::pages::destroy);
    s.get("/quotes/{id}/sending/new", Rep, quotes::pages::new_sending);
    s.post("/quotes/{id}/sending", Rep, quotes::pages::send);

    s.get("/settings/pipelines", Admin, settings::pipelines::index);
    s.post("/settings/pipelines", Admin, settings::pipelines::create);
    s.get("/settings/pipelines/{id}", Admin, settings::pipelines::edit);
    s.post("/settings/pipelines/{id}", Admin, settings::pipelines::update);
    s.get("/settings/pipelines/{id}/stages/{stage}/removal/new", Admin, settings::pipelines::new_removal);
    s.post("/settings/pipelines/{id}/stages/{stage}/removal", Admin, settings::pipelines::create_removal);
    s.get("/settings/pipelines/{id}/stages/{stage}/rules", Admin, settings::stage_rules::edit);
    s.post("/settings/pipelines/{id}/stages/{stage}/rules", Admin, settings::stage_rules::update);
    s.get("/settings/reasons", Admin, settings::reasons::index);
    s.post("/settings/reasons", Admin, settings::reasons::create);
    s.post("/settings/reasons/{id}", Admin, settings::reasons::update);
    s.get("/settings/assignment", Admin, settings::assignment::index);
    s.get("/settings/assignment/new", Admin, settings::assignment::new);
    s.post("/settings/assignment", Admin, settings::assignment::create);
    s.get("/settings/assignment/{id}", Admin, settings::assignment::edit);
    s.post("/settings/assignment/{id}", Admin, settings::assignment::update);
    s.post("/settings/assignment/{id}/deletion", Admin, settings::assignment::destroy);
    s.post("/settings/assignment/{id}/rise", Admin, settings::assignment::raise);
    s.get("/settings/queues", Admin, settings::queues::index);
    s.post("/settings/queues", Admin, settings::queues::create);
    s.post("/settings/queues/{id}", Admin, settings::queues::update);
    s.get("/settings/scoring", Admin, settings::scoring::index);
    s.get("/settings/scoring/new", Admin, settings::scoring::new);
    s.post("/settings/scoring", Admin, settings::scoring::create);
    s.post("/settings/scoring/limits", Admin, settings::scoring::limit);
    s.get("/settings/scoring/{id}", Admin, settings::scoring::edit);
    s.post("/settings/scoring/{id}", Admin, settings::scoring::update);
    s.post("/settings/scoring/{id}/deletion", Admin, settings::scoring::destroy);
    s.get("/settings/response-times", Admin, settings::response_times::index);
    s.post("/settings/response-times", Admin, settings::response_times::create);
    s.post("/settings/response-times/{id}", Admin, settings::response_times::update);
    s.get("/settings/qualification", Admin, settings::qualification::index);
    s.post("/settings/qualification", Admin, settings::qualification::create);
    s.post("/settings/qualification/choice", Admin, settings::qualification::choose);
    s.post("/settings/qualification/{id}", Admin, settings::qualification::update);
    s.get("/settings/lead-statuses", Admin, settings::lead_statuses::index);
    s.post("/settings/lead-statuses", Admin, settings::lead_statuses::create);
    s.post("/settings/lead-statuses/{key}", Admin, settings::lead_statuses::update);
    s.get("/settings/forms", Admin, web_forms::pages::index);
    s.get("/settings/forms/new", Admin, web_forms::pages::new);
    s.post("/settings/forms", Admin, web_forms::pages::create);
    s.get("/settings/forms/{id}", Admin, web_forms::pages::show);
    s.get("/settings/forms/{id}/edit", Admin, web_forms::pages::edit);
    s.post("/settings/forms/{id}", Admin, web_forms::pages::update);
    s.get("/settings/forms/{id}/preview", Admin, web_forms::pages::preview);
    s.get("/settings/forms/{id}/submissions.csv", Admin, web_forms::pages::export);
    s.post("/settings/forms/{id}/deletion", Admin, web_forms::pages::destroy);
    s.post("/settings/forms/{id}/restoration", Admin, web_forms::pages::restore);
    s.post("/settings/forms/{id}/submissions/{submission}/acceptance", Admin, web_forms::pages::accept);
    s.post("/settings/forms/{id}/submissions/{submission}/deletion", Admin, web_forms::pages::destroy_submission);
    s.get("/settings/task-types", Admin, settings::task_types::index);
    s.post("/settings/task-types", Admin, settings::task_types::create);
    s.post("/settings/task-types/{key}", Admin, settings::task_types::update);
    s.get("/settings/rates", Admin, settings::rates::index);
    s.post("/settings/rates", Admin, settings::rates::create);
    s.post("/settings/rates/{id}/deletion", Admin, settings::rates::destroy);

    s.get("/settings/price-books", Admin, settings::price_books::index);
    s.get("/settings/price-books/new", Admin, settings::price_books::new);
    s.post("/settings/price-books", Admin, settings::price_books::create);
    s.get("/settings/price-books/{id}", Admin, settings::price_books::edit);
    s.post("/settings/price-books/{id}", Admin, settings::price_books::update);
    s.post("/settings/price-books/{id}/prices", Admin, settings::price_books::set_price);
    s.post("/settings/price-books/{id}/prices/{price}/deletion", Admin, settings::price_books::remove_price);
    s.get("/settings/quotes", Admin, settings::quotes::edit);
    s.post("/settings/quotes", Admin, settings::quotes::update);

    s.get("/price-books", SignedIn, products::book_pages::index);
    s.get("/price-books/{id}", SignedIn, products::book_pages::show);
    s.get("/products", SignedIn, products::pages::index);
    s.get("/products.csv", SignedIn, products::pages::export);
    s.get("/products/new", Manager, products::pages::new);
    s.post("/products", Manager, products::pages::create);
    s.get("/products/{id}", SignedIn, products::pages::show);
    s.get("/products/{id}/edit", Manager, products::pages::edit);
    s.post("/products/{id}", Manager, products::pages::update);
    s.post("/products/{id}/deletion", Manager, products::pages::destroy);
    s.post("/products/{id}/restoration", Manager, products::pages::restore);
    s.post("/products/{id}/erasure", Manager, products::pages::erase);

    s.get("/bin", SignedIn, records::bin_pages::index);
}

struct Served<'a>(&'a mut actix::ServiceConfig);

impl Site for Served<'_> {
    fn add<F, Args>(&mut self, method: Method, path: &'static str, _: Who, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        // Who may GET may ask for the head alone, as monitors do.
        let route = match method {
            Method::GET => actix::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            method => actix::method(method),
        };
        self.0.route(path, route.to(handler));
    }
}

/// Gives the server its routes.
pub fn configure(config: &mut actix::ServiceConfig) {
    site(&mut Served(config));
}

/// A line of the site map.
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
}

struct Listed(Vec<Entry>);

impl Site for Listed {
    fn add<F, Args>(&mut self, method: Method, path: &'static str, who: Who, _: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.0.push(Entry { method, path, who });
    }
}

/// Every route, for `rapport routes`.
pub fn list() -> Vec<Entry> {
    let mut listed = Listed(Vec::new());
    site(&mut listed);
    listed.0
}
