//! Files of other programs, and Rapport's own lists, brought in by the command line and on the page.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::*;

/// Rows that were added, changed, unchanged and bad.
type Counts = (u64, u64, u64, u64);

const MAVEN: [(&str, &str, u64); 4] = [
    ("users", "sales_teams.csv", 35),
    ("products", "products.csv", 7),
    ("accounts", "accounts.csv", 85),
    ("deals", "sales_pipeline.csv", 8_800),
];

#[test]
fn the_maven_set_arrives_whole_and_a_second_time_changes_nothing() {
    let Some(folder) = shared_data("crm-maven") else { return };
    let database = Database::company();
    for (kind, file, rows) in MAVEN {
        assert_eq!(import(&database, kind, &folder.join(file)), (rows, 0, 0, 0), "{file}");
    }
    expect_maven(&database);
    let before = journal(&database);
    for (kind, file, rows) in MAVEN {
        assert_eq!(import(&database, kind, &folder.join(file)), (0, 0, rows, 0), "{file} again");
    }
    assert_eq!(journal(&database), before, "importing again wrote into the journal");
    expect_maven(&database);
}

#[test]
fn an_import_killed_in_the_middle_and_run_again_ends_in_the_same_state() {
    let Some(folder) = shared_data("crm-maven") else { return };
    let database = Database::company();
    for (kind, file, _) in &MAVEN[..3] {
        import(&database, kind, &folder.join(file));
    }
    let deals = folder.join("sales_pipeline.csv");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command.args(["import", "deals"]).arg(&deals).args(database.arguments());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(process.stdout.take().expect("standard output is piped")).lines();
    let told = lines.by_ref().map_while(Result::ok).find(|line| line.contains(" of 8800 rows"));
    assert!(told.is_some(), "the import tells how far it is");
    process.kill().expect("the import still runs");
    process.wait().expect("a killed process ends");

    let arrived = number(&database, "SELECT count(*) FROM deals");
    assert!(
        (500..8_800).contains(&arrived) && arrived.is_multiple_of(500),
        "whole batches were kept, not {arrived} deals"
    );
    let open = number(&database, "SELECT count(*) FROM imports WHERE finished_at IS NULL");
    assert_eq!(open, 1, "an import that was killed is not finished");

    let left = 8_800 - arrived;
    assert_eq!(import(&database, "deals", &deals), (left, 0, arrived, 0));
    expect_maven(&database);
}

/// What the set's own description says of it, and the history and lines of its deals.
fn expect_maven(database: &Database) {
    let count = |sql: &str| number(database, sql);
    assert_eq!(count("SELECT count(*) FROM accounts"), 85);
    assert_eq!(count("SELECT count(*) FROM accounts WHERE parent_id IS NOT NULL"), 15);
    assert_eq!(count("SELECT count(DISTINCT parent_id) FROM accounts"), 7);
    assert_eq!(count("SELECT count(*) FROM products"), 7);
    assert_eq!(count("SELECT count(*) FROM users WHERE email IS NULL"), 41, "35 sales people and 6 managers");
    assert_eq!(
        count(
            "SELECT count(*) FROM teams t JOIN users u ON u.id = t.manager_id WHERE u.role = 'manager' AND u.email IS NULL"
        ),
        6
    );
    let offices = lines(
        database,
        "SELECT p.name || ': ' || CAST(count(DISTINCT t.id) AS TEXT) || ' teams, ' || CAST(count(*) AS TEXT) AS line
         FROM users u JOIN teams t ON t.id = u.team_id JOIN teams p ON p.id = t.parent_id
         WHERE u.email IS NULL AND u.role = 'rep' GROUP BY p.name ORDER BY p.name",
    );
    assert_eq!(offices, ["Central: 2 teams, 11", "East: 2 teams, 12", "West: 2 teams, 12"]);

    let stages = lines(
        database,
        "SELECT s.name || ' ' || CAST(count(*) AS TEXT) || ' ' || CAST(coalesce(sum(d.amount), 0) AS TEXT) AS line
         FROM deals d JOIN stages s ON s.id = d.stage_id GROUP BY s.name, s.position ORDER BY s.position",
    );
    assert_eq!(stages, ["Prospecting 500 0", "Engaging 1589 0", "Won 4238 1000553400", "Lost 2473 0"]);
    assert_eq!(count("SELECT count(*) FROM deals WHERE currency <> 'USD'"), 0);
    assert_eq!(count("SELECT count(*) FROM deals WHERE status = 'open' AND amount IS NOT NULL"), 0);
    assert_eq!(count("SELECT count(*) FROM deals WHERE account_id IS NULL"), 1_425);
    assert_eq!(count("SELECT count(*) FROM deals WHERE owner_id IS NULL"), 0);
    assert_eq!(count("SELECT count(*) FROM import_keys WHERE record_kind = 'deal'"), 8_800);
    assert_eq!(count("SELECT count(*) FROM deal_items"), 8_800);
    let pro = "SELECT count(*) FROM deal_items i JOIN products p ON p.id = i.product_id WHERE p.name = 'GTX Pro'";
    assert_eq!(count(pro), 1_480, "GTXPro is GTX Pro");

    assert_eq!(count("SELECT count(*) FROM deal_moves"), 8_800 + 4_238 + 2_473);
    let first = lines(
        database,
        "SELECT d.name || ' ' || s.name || ' ' || substr(CAST(m.at AS TEXT), 1, 10) || ' ' || substr(CAST(d.created_at AS TEXT), 1, 10)
             || ' ' || CAST(d.closed_on AS TEXT) AS line
         FROM import_keys k JOIN deals d ON d.id = k.record_id JOIN deal_moves m ON m.deal_id = d.id
         JOIN stages s ON s.id = m.stage_id
         WHERE k.record_kind = 'deal' AND k.source_key = 'maven:1C1I7A6R' ORDER BY m.at",
    );
    let expected = [
        "GTX Plus Basic, Cancity Engaging 2016-10-20 2016-10-20 2017-03-01",
        "GTX Plus Basic, Cancity Won 2017-03-01 2016-10-20 2017-03-01",
    ];
    assert_eq!(first, expected);
    assert_eq!(count("SELECT count(*) FROM changes WHERE record_kind = 'deal' AND action = 'created'"), 8_800);
    assert_eq!(count("SELECT count(*) FROM timeline_entries"), 0, "an import does not fill the timelines");
}

#[test]
fn exports_of_other_programs_arrive_and_refer_to_each_other() {
    let Some(folder) = shared_data("import-samples") else { return };
    let database = Database::company();
    let staff = "name,email\nAngela Martin,angela.martin@example.com\nDwight Schrute,dwight.schrute@example.com\n";
    assert_eq!(import_text(&database, "users", "staff.csv", staff), (2, 0, 0, 0));
    let files = [
        ("accounts", "hubspot/hubspot_companies.csv", 200),
        ("contacts", "hubspot/hubspot_contacts.csv", 950),
        ("deals", "hubspot/hubspot_deals.csv", 500),
        ("tasks", "hubspot/hubspot_activities.csv", 2_000),
        ("accounts", "salesforce/dataloader-sample-accountData.csv", 423),
        ("deals", "salesforce/dataloader-sample-opportunityData.csv", 38),
        ("contacts", "google-contacts/classic-gmail.csv", 1),
        ("contacts", "thunderbird/basic_csv_addressbook.csv", 2),
        ("leads", "lead-lists-messy/26-large-dataset-200-rows.csv", 200),
    ];
    for (kind, file, rows) in files {
        assert_eq!(import(&database, kind, &folder.join(file)), (rows, 0, 0, 0), "{file}");
    }
    let count = |sql: &str| number(&database, sql);
    let from = |kind: &str, key: &str, rest: &str| {
        format!(
            "SELECT count(*) FROM {kind}s r JOIN import_keys k ON k.record_kind = '{kind}' AND k.record_id = r.id
             WHERE k.source_key LIKE '{key}:%' {rest}"
        )
    };
    assert_eq!(count(&from("contact", "hubspot", "AND r.account_id IS NOT NULL")), 679, "contacts at a known domain");
    assert_eq!(count(&from("deal", "hubspot", "AND r.account_id IS NOT NULL")), 500);
    assert_eq!(count("SELECT count(*) FROM deal_contacts"), 500);
    assert_eq!(count(&from("task", "hubspot", "AND r.owner_id IS NOT NULL")), 592, "the two who are here own theirs");
    assert_eq!(count("SELECT count(*) FROM task_links WHERE record_kind = 'contact'"), 2_000);
    assert_eq!(count(&from("deal", "salesforce", "AND r.status = 'won'")), 8);
    for (kind, file, rows) in files {
        assert_eq!(import(&database, kind, &folder.join(file)), (0, 0, rows, 0), "{file} again");
    }
}

#[test]
fn messy_lead_lists_arrive_with_their_bad_rows_told() {
    let Some(folder) = shared_data("import-samples/lead-lists-messy") else { return };
    for file in files_below(&folder) {
        let database = Database::company();
        let (added, changed, unchanged, bad) = import(&database, "leads", &file);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        assert!(added > 0 && changed == 0, "{name}: {added} added, {changed} changed");
        assert_eq!(bad, u64::from(name == "rw-salesforce-leads.csv"), "{name}");
        assert_eq!(import(&database, "leads", &file), (0, 0, added + unchanged, bad), "{name} again");
    }
}

#[test]
fn no_file_makes_the_import_crash() {
    let Some(torture) = shared_data("csv-torture") else { return };
    let samples = shared_data("import-samples").expect("both are in the same set");
    let database = Database::company();
    let mut files = files_below(&torture);
    files.extend(files_below(&samples));
    for file in files {
        for kind in ["contacts", "accounts", "deals"] {
            let ran = rapport(&database, &["import", kind, &file.display().to_string(), "--dry-run"]);
            assert!(matches!(ran.code, 0 | 1), "{} as {kind} ended with {}: {}", file.display(), ran.code, ran.stderr);
            assert!(ran.stderr.lines().count() <= 1, "{} as {kind}: {}", file.display(), ran.stderr);
        }
    }
    assert_eq!(number(&database, "SELECT count(*) FROM contacts"), 0, "a dry run keeps nothing");
    assert_eq!(number(&database, "SELECT count(*) FROM imports"), 0);
}

#[test]
fn naughty_names_arrive_once() {
    let Some(list) = shared_data("names/naughty-strings/blns.txt") else { return };
    let text = std::fs::read_to_string(list).expect("the list is UTF-8");
    let mut csv = String::from("Id,Name\n");
    for (id, name) in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')).enumerate() {
        csv += &format!("{id},\"{}\"\n", name.replace('"', "\"\""));
    }
    let database = Database::company();
    let (added, changed, unchanged, bad) = import_text(&database, "contacts", "naughty.csv", &csv);
    assert!(added > 400 && changed == 0 && unchanged == 0, "{added} added, {changed} changed, {bad} bad");
    assert_eq!(import_text(&database, "contacts", "naughty.csv", &csv), (0, 0, added, bad));
}

#[test]
fn bad_rows_go_to_a_file_that_can_be_mended() {
    let database = Database::company();
    let file =
        write(&database, "people.csv", "Name,E-mail\nAna Souza,ana@souza.example\nBen,nobody\nCleo,c@d.example,x\n");
    assert_eq!(import(&database, "contacts", &file), (1, 0, 0, 2));
    let bad = std::fs::read_to_string(file.with_extension("bad.csv")).expect("the bad rows are beside the file");
    let rows: Vec<&str> = bad.lines().collect();
    assert_eq!(rows[0], "Name,E-mail,Line,Reason");
    assert!(rows[1].starts_with("Ben,nobody,3,") && rows[1].contains("not an e-mail address"), "{}", rows[1]);
    assert!(rows[2].starts_with("Cleo,c@d.example,4,") && rows[2].contains("has 3 cells"), "{}", rows[2]);

    let mended = "Name,E-mail,Line,Reason\nBen,ben@souza.example,3,was wrong\n";
    assert_eq!(import_text(&database, "contacts", "mended.csv", mended), (1, 0, 0, 0));
    assert_eq!(
        lines(&database, "SELECT name || ' ' || email || description AS line FROM contacts WHERE name = 'Ben'"),
        ["Ben ben@souza.example"]
    );

    std::fs::create_dir(database.folder().join("full.bad.csv")).expect("a folder of the test's own");
    let blocked = write(&database, "full.csv", "Name,E-mail\nBen,nobody\n");
    let ran = rapport(&database, &["import", "contacts", &blocked.display().to_string()]).expect_done();
    let elsewhere = database.folder().join("data").join("full.bad.csv");
    assert!(elsewhere.is_file() && ran.stdout.contains("full.bad.csv"), "{}", ran.stdout);
}

#[test]
fn an_empty_cell_erases_nothing_and_a_filled_one_replaces() {
    let database = Database::company();
    let rui = Person::Rep.name();
    let first = format!(
        "Name,E-mail,Phone,Job title,Owner,Tags\nAna Souza,ana@souza.example,+55 11 95550 0142,Buyer,{rui},Fair\n"
    );
    assert_eq!(import_text(&database, "contacts", "one.csv", &first), (1, 0, 0, 0));
    let second = "Name,E-mail,Phone,Job title,Owner,Tags\n,ANA@souza.example,,Head of buying,,Partner\n";
    assert_eq!(import_text(&database, "contacts", "two.csv", second), (0, 1, 0, 0));
    assert_eq!(import_text(&database, "contacts", "two.csv", second), (0, 0, 1, 0));
    let told = lines(
        &database,
        "SELECT c.name || ', ' || c.email || ', ' || c.job_title || ', ' || u.name AS line FROM contacts c JOIN users u ON u.id = c.owner_id",
    );
    assert_eq!(told, [format!("Ana Souza, ana@souza.example, Head of buying, {rui}")]);
    assert_eq!(number(&database, "SELECT count(*) FROM taggings"), 2);
}

#[test]
fn a_mapping_file_says_what_columns_mean() {
    let database = Database::company();
    let file = write(&database, "kunden.csv", "Wer;Adresse;Intern\nÅsa Öberg;asa@norr.example;geheim\n");
    let mapping = write(&database, "mapping.csv", "header,field\nWer,name\nAdresse,email\nIntern,-\n");
    let (file, mapping) = (file.display().to_string(), mapping.display().to_string());
    let without = rapport(&database, &["import", "contacts", &file, "--dry-run"]);
    assert!(!without.stdout.contains("geheim"), "{}", without.stdout);
    let tried = rapport(&database, &["import", "contacts", &file, "--mapping", &mapping, "--dry-run"]).expect_done();
    assert!(tried.stdout.contains("1 added") && tried.stdout.contains("left out"), "{}", tried.stdout);
    rapport(&database, &["import", "contacts", &file, "--mapping", &mapping]).expect_done();
    assert_eq!(lines(&database, "SELECT name || ' ' || email AS line FROM contacts"), ["Åsa Öberg asa@norr.example"]);
}

#[test]
fn an_owner_who_is_nobody_here_is_told_and_filled_in_later() {
    let database = Database::company();
    let leads = "Name,E-mail,Lead Owner\nAna,ana@souza.example,Priya Sharma\nBen,ben@souza.example,Priya Sharma\n";
    let file = write(&database, "leads.csv", leads);
    let ran = rapport(&database, &["import", "leads", &file.display().to_string()]).expect_done();
    assert!(ran.stdout.contains("Priya Sharma (2 rows)"), "{}", ran.stdout);
    assert_eq!(import_text(&database, "users", "staff.csv", "Name\nPriya Sharma\n"), (1, 0, 0, 0));
    assert_eq!(import(&database, "leads", &file), (0, 2, 0, 0));
}

#[test]
fn a_row_refused_for_a_taken_address_does_not_stop_the_rest() {
    let database = Database::company();
    let first = "Id,Name,E-mail\n1,Ana Souza,\n2,Ben Okafor,ben@souza.example\n";
    assert_eq!(import_text(&database, "users", "one.csv", first), (2, 0, 0, 0));
    let second = "Id,Name,E-mail\n1,Ana Souza,ben@souza.example\n3,Dora Lind,\n";
    assert_eq!(import_text(&database, "users", "two.csv", second), (1, 0, 0, 1));
    let count = |sql: &str| number(&database, sql);
    assert_eq!(count("SELECT count(*) FROM users WHERE name = 'Dora Lind'"), 1);
    assert_eq!(count("SELECT count(*) FROM users WHERE name = 'Ana Souza' AND email IS NULL"), 1);
}

#[test]
fn an_amount_never_arrives_without_its_currency() {
    let database = Database::company();
    let deals = "Name,Stage,Amount,Currency\nCold store,Proposal,,\nCold store,Proposal,1000,JPY\n";
    assert_eq!(import_text(&database, "deals", "d.csv", deals), (1, 1, 0, 0));
    let products = "Name,Price,Currency\nScale,,\nScale,25,JPY\nShelf,,CHF\nShelf,40,\nCrate,10,CHF\n";
    assert_eq!(import_text(&database, "products", "p.csv", products), (3, 2, 0, 0));
    let alone = "Name,Currency\nCrate,JPY\n";
    assert_eq!(import_text(&database, "products", "alone.csv", alone), (0, 0, 1, 0));
    let before = journal(&database);
    assert_eq!(import_text(&database, "deals", "d.csv", deals), (0, 0, 2, 0));
    assert_eq!(import_text(&database, "products", "p.csv", products), (0, 0, 5, 0));
    assert_eq!(journal(&database), before, "the same file twice changes nothing");
    let told = |table: &str, amount: &str| {
        let line = format!("name || ' ' || CAST(coalesce({amount}, -1) AS TEXT) || ' ' || currency");
        lines(&database, &format!("SELECT {line} AS line FROM {table} ORDER BY name"))
    };
    assert_eq!(told("deals", "amount"), ["Cold store 1000 JPY"]);
    assert_eq!(told("products", "price"), ["Crate 1000 CHF", "Scale 25 JPY", "Shelf 4000 USD"]);
}

#[test]
fn a_dry_run_knows_rows_of_earlier_batches() {
    let database = Database::company();
    let mut csv = String::from("Name,E-mail,Account\n");
    for n in 0..1_200 {
        csv += &format!("Person {n},p{n}@souza.example,Souza {}\n", n % 3);
    }
    csv += "Person 0,p0@souza.example,Souza 0\nPerson 1,p1@souza.example,\n";
    let file = write(&database, "people.csv", &csv).display().to_string();
    let tried = rapport(&database, &["import", "contacts", &file, "--dry-run"]).expect_done();
    assert!(
        tried.stdout.contains("1202 rows would be: 1200 added, 0 changed, 2 unchanged, 0 bad."),
        "{}",
        tried.stdout
    );
    assert!(tried.stdout.contains("3 accounts"), "made for three batches, told once: {}", tried.stdout);
    assert_eq!(number(&database, "SELECT count(*) FROM contacts"), 0);
    let ran = rapport(&database, &["import", "contacts", &file]).expect_done();
    assert!(ran.stdout.contains("1202 rows: 1200 added, 0 changed, 2 unchanged, 0 bad."), "{}", ran.stdout);
}

#[test]
fn a_pipeline_that_an_import_makes_stands_in_the_journal() {
    let database = Database::company();
    let deals = "Name,Stage\nCold store,Prospecting\nShelves,Engaging\n";
    assert_eq!(import_text(&database, "deals", "d.csv", deals), (2, 0, 0, 0));
    let told = lines(
        &database,
        "SELECT c.how || ' ' || c.action || ' ' || c.fields AS line FROM changes c
         JOIN pipelines p ON p.id = c.record_id WHERE c.record_kind = 'pipeline' AND p.name = 'Imported sales'",
    );
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("import created") && told[0].contains("Prospecting, Engaging, Won, Lost"), "{told:?}");
}

#[tokio::test]
async fn lists_that_rapport_wrote_import_again_unchanged() {
    let server = Server::start();
    let database = server.database();
    let (rui, olu) = (Person::Rep.name(), Person::OtherRep.name());
    let accounts = format!(
        "Name,Website,Industry,Employees,Annual revenue,Phone,Owner\n\
         =Formula & Sons,formula.example,Retail,12,\"EUR 1,200.50\",+49 30 901820,{rui}\n\
         Åre Kyl AB,are.example,Energy,,,,{olu}\n"
    );
    let contacts = format!(
        "Name,E-mail,Phone,Account,Job title,Lifecycle,Owner,Lead status\n\
         Ana Souza,ana@formula.example; ana@home.example,+55 11 95550 0142,=Formula & Sons,Buyer,Customer,{rui},\n\
         李明,,+1 650-253-0000,Åre Kyl AB,,Lead,,Working\n"
    );
    let deals = format!(
        "Name,Account,Stage,Amount,Close date,Owner,Next step,Next step on\n\
         Cold store,Åre Kyl AB,Proposal,EUR 1250.75,2027-03-01,{olu},Call Ana,2027-01-05\n\
         Shelves,=Formula & Sons,Won,900,2026-02-03,{rui},,\n\
         Scales,,Lost,,2026-02-04,,,\n"
    );
    assert_eq!(import_text(&database, "accounts", "a.csv", &accounts), (2, 0, 0, 0));
    assert_eq!(import_text(&database, "contacts", "c.csv", &contacts), (2, 0, 0, 0));
    assert_eq!(import_text(&database, "deals", "d.csv", &deals), (3, 0, 0, 0));
    let before = journal(&database);
    let admin = server.sign_in_as(Person::Admin).await;
    for (kind, rows) in [("accounts", 2), ("contacts", 2), ("deals", 3)] {
        let list = admin.get(&format!("/{kind}.csv")).await.expect(200);
        let file = database.folder().join(format!("{kind}-own.csv"));
        std::fs::write(&file, &list.bytes).expect("a file of the test's own");
        assert_eq!(import(&database, kind, &file), (0, 0, rows, 0), "{}", String::from_utf8_lossy(&list.bytes));
    }
    assert_eq!(journal(&database), before);
}

#[tokio::test]
async fn others_save_while_a_dry_run_goes_on() {
    others_save_during(&["--dry-run"]).await;
}

#[tokio::test]
async fn others_save_while_an_import_goes_on() {
    others_save_during(&[]).await;
}

async fn others_save_during(options: &[&str]) {
    let server = Server::start();
    let database = server.database();
    let mut csv = String::from("Name,E-mail\n");
    for n in 0..30_000 {
        csv += &format!("Person {n},p{n}@souza.example\n");
    }
    let file = write(&database, "people.csv", &csv);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command.args(["import", "contacts"]).args(options).arg(&file).args(database.arguments());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(process.stdout.take().expect("standard output is piped")).lines();
    let told = lines.by_ref().map_while(Result::ok).find(|line| line.contains(" of 30000 rows"));
    assert!(told.is_some(), "the import tells how far it is");
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/contacts/new", &[("Shown as", "Ana Souza")]).await.expect_redirect();
    assert!(process.try_wait().expect("a child of this test").is_none(), "the import still goes on");
    process.kill().expect("the import still goes on");
    process.wait().expect("a killed process ends");
    assert_eq!(number(&database, "SELECT count(*) FROM contacts WHERE name = 'Ana Souza'"), 1);
}

/// Imports a file and reads the counts that the command ends with.
#[track_caller]
fn import(database: &Database, kind: &str, file: &Path) -> Counts {
    // What is beside the public data stays as it is: bad rows are written next to a copy.
    let copy = database.folder().join(file.file_name().expect("a file has a name"));
    if copy != file {
        std::fs::copy(file, &copy).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let ran = rapport(database, &["import", kind, &copy.display().to_string()]).expect_done();
    let line = ran.stdout.lines().find(|line| line.contains(" rows: ")).unwrap_or_default();
    let numbers: Vec<u64> =
        line.split(|sign: char| !sign.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    match numbers.as_slice() {
        [rows, added, changed, unchanged, bad] => {
            assert_eq!(*rows, added + changed + unchanged + bad, "{line}");
            (*added, *changed, *unchanged, *bad)
        }
        _ => panic!("{} does not end with its counts: {}", ran.line, ran.stdout),
    }
}

#[track_caller]
fn import_text(database: &Database, kind: &str, name: &str, text: &str) -> Counts {
    import(database, kind, &write(database, name, text))
}

fn write(database: &Database, name: &str, text: &str) -> PathBuf {
    let file = database.folder().join(name);
    std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    file
}

/// How many changes the journal holds.
fn journal(database: &Database) -> u64 {
    number(database, "SELECT count(*) FROM changes")
}

fn number(database: &Database, sql: &str) -> u64 {
    database.number(sql)
}

/// The column `line` of a query that both engines understand.
fn lines(database: &Database, sql: &str) -> Vec<String> {
    database.lines(sql)
}

/// Every CSV file in a folder and the folders in it, by path.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            found.push(path);
        }
    }
    found.sort();
    found
}
