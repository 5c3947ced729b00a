//! Products: read by all, changed by managers.

use crate::support::*;

#[tokio::test]
async fn a_manager_keeps_the_price_list_and_a_rep_reads_it() {
    let server = Server::start();
    let (manager, rep) = (server.sign_in_as(Person::Manager).await, server.sign_in_as(Person::Rep).await);
    let url = manager
        .fill("/products/new", &[("Name", "GTX Pro"), ("Code", "GTX-P"), ("Family", "GTX"), ("List price", "4,821")])
        .await
        .expect_redirect();
    let page = rep.page(&url).await;
    assert_eq!((page.heading().as_str(), page.fact("List price").as_str()), ("GTX Pro", "$4,821.00"));
    assert!(!page.says("Edit") && !rep.page("/products").await.says("Add product"));
    rep.get(&format!("{url}/edit")).await.expect(403);
    rep.post(&url, &[("name", "Mine")]).await.expect(403);
    manager.fill(&format!("{url}/edit"), &[("List price", "5000.50")]).await.expect_redirect();
    let page = rep.page(&url).await;
    assert_eq!(page.fact("List price"), "$5,000.50");
    assert!(page.says("changed List price from $4,821.00 to $5,000.50"), "{}", page.text());
    let csv = rep.get("/products.csv").await.expect(200).text();
    assert!(csv.contains("GTX Pro,GTX-P,GTX") && csv.contains("5000.50"), "{csv}");
}

#[tokio::test]
async fn a_price_list_names_each_thing_once() {
    let server = Server::start();
    let manager = server.sign_in_as(Person::Manager).await;
    manager.fill("/products/new", &[("Name", "GTX Pro"), ("Code", "A1")]).await.expect_redirect();
    for fields in [[("Name", "GTXPro"), ("Code", "")], [("Name", "Other"), ("Code", "A1")]] {
        let answer = manager.fill("/products/new", &fields).await.expect(422);
        assert!(answer.html().field("Name").error.is_some_and(|e| e.contains("GTX Pro")), "{fields:?}");
    }
    for (label, typed) in [("List price", "-3"), ("List price", "cheap"), ("Currency", "ABC")] {
        let answer = manager.fill("/products/new", &[("Name", "Third"), (label, typed)]).await.expect(422);
        let field = answer.html().field(label);
        assert!(field.error.is_some() && field.value == typed, "{typed}");
    }
    assert!(manager.page("/products").await.says("1 product"));
}

#[tokio::test]
async fn two_managers_editing_one_product_see_both_versions() {
    let server = Server::start();
    let (one, other) = (server.sign_in_as(Person::Manager).await, server.sign_in_as(Person::Admin).await);
    let url = one.fill("/products/new", &[("Name", "Service"), ("Unit", "hour")]).await.expect_redirect();
    let edit = format!("{url}/edit");
    let first = one.page(&edit).await.form("Name").set("Unit", "day");
    let second = other.page(&edit).await.form("Name").set("Unit", "week");
    one.submit(&edit, &first).await.expect_redirect();
    let conflict = other.submit(&edit, &second).await.expect(409).html();
    other.submit(&url, &conflict.form("Save what is chosen")).await.expect_redirect();
    assert_eq!(one.page(&url).await.fact("Unit"), "week");
}

#[tokio::test]
async fn a_product_leaves_for_the_bin_and_comes_back() {
    let server = Server::start();
    let manager = server.sign_in_as(Person::Manager).await;
    let url = manager.fill("/products/new", &[("Name", "Old thing")]).await.expect_redirect();
    let gone = manager.press(&url, "Delete").await;
    let list = manager.follow(&gone).await;
    manager.get(&url).await.expect(404);
    let rep = server.sign_in_as(Person::Rep).await;
    let bin = rep.page("/bin?kind=product").await;
    assert!(bin.says("Old thing") && !bin.says("Restore"), "products are the managers'");
    manager.submit("/products", &list.form("Undo").press("Undo")).await.expect_redirect();
    assert_eq!(manager.page(&url).await.heading(), "Old thing");
}

/// A deal of this person with one product for 1,450.00, 25 % tax.
async fn deal_with_line(server: &Server, rep: &Client, line: &[(&str, &str)]) -> String {
    let admin = server.sign_in_as(Person::Admin).await;
    let product = [("Name", "Torque head"), ("List price", "1450"), ("Tax in %", "25")];
    admin.fill("/products/new", &product).await.expect_redirect();
    let deal = rep.fill("/deals/new", &[("Name", "Line 4"), ("Currency", "USD")]).await.expect_redirect();
    let new = format!("{deal}/products/new");
    let fields: Vec<_> = [("Product", "Torque head")].into_iter().chain(line.iter().copied()).collect();
    rep.fill(&new, &fields).await.expect_redirect();
    deal
}

#[tokio::test]
async fn a_line_counts_parts_discounts_and_tax_to_the_cent() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal_with_line(&server, &rep, &[("Quantity", "2.5"), ("Discount", "12.5")]).await;
    let page = rep.page(&deal).await;
    let row = page.row("Torque head");
    assert_eq!(row[1..6], ["2.5", "$1,450.00", "−12.5 %", "25 %", "$3,171.88"], "half a cent goes to the even one");
    assert_eq!(page.row("With tax").last().map(String::as_str).map(str::is_empty), Some(true));
    assert!(page.says("$3,964.85"), "{}", page.text());
    assert!(page.fact("Amount").starts_with("$3,171.88"), "the amount follows: {}", page.fact("Amount"));
    let edit = page.links().into_iter().map(|l| l.href).find(|h| h.ends_with("/edit") && h.contains("/products/"));
    let edit = edit.expect("a line can be edited");
    for (label, typed) in
        [("Discount", "100.01"), ("Quantity", "0"), ("Quantity", "1.2345"), ("Tax in %", "101"), ("Price of one", "-1")]
    {
        let field = rep.fill(&edit, &[(label, typed)]).await.expect(422).html().field(label);
        assert!(field.error.is_some() && field.value == typed, "{label} {typed}");
    }
    let over = [("Discount", "4000"), ("Discount in", "USD")];
    let refused = rep.fill(&edit, &over).await.expect(422).html();
    assert!(refused.field("Discount").error.is_some_and(|e| e.contains("taken off")));
    let saved = rep.fill(&edit, &[("Discount", ""), ("Price of one", "0")]).await;
    let page = rep.follow(&saved).await;
    assert!(page.says("free of charge") && page.says("Free") && page.fact("Amount").starts_with("$0.00"));
}

#[tokio::test]
async fn what_recurs_counts_its_whole_term() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let term =
        [("Paid", "Each month"), ("Number of periods", "36"), ("Starts on", "2027-03-01"), ("Price of one", "10")];
    let deal = deal_with_line(&server, &rep, &term).await;
    let page = rep.page(&deal).await;
    assert!(page.says("each month, 36 months from 1 Mar 2027") || page.says("36 months"), "{}", page.text());
    assert!(page.says("Recurring: $10.00 a month, $120.00 a year; $360.00 over the contract"), "{}", page.text());
    let new = format!("{deal}/products/new");
    rep.fill(&new, &[("Text", "Set-up"), ("Price of one", "5"), ("Number of periods", "9")]).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.says("Set-up") && page.says("$365.00 over the contract"), "{}", page.text());
    rep.fill(&new, &[("Text", "")]).await.expect(422);
}

#[tokio::test]
async fn an_amount_set_by_hand_stays_until_it_is_let_go() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal_with_line(&server, &rep, &[]).await;
    assert!(rep.page(&deal).await.says("follows the sum of these products"));
    rep.fill(&format!("{deal}/edit"), &[("Amount", "1000")]).await.expect_redirect();
    let new = format!("{deal}/products/new");
    rep.fill(&new, &[("Text", "Training"), ("Price of one", "50.25")]).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.fact("Amount").starts_with("$1,000.00") && page.says("set by hand"), "{}", page.text());
    rep.press(&deal, "Follow the products").await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.fact("Amount").starts_with("$1,500.25"), "{}", page.fact("Amount"));
    assert!(page.says("Amount from $1,000.00 to $1,500.25"), "it is kept as a move: {}", page.text());
    rep.press(&deal, "Set by hand").await.expect_redirect();
    assert!(rep.page(&deal).await.says("does not follow"));
    // An amount that nobody wrote follows again.
    rep.fill(&format!("{deal}/edit"), &[("Amount", "")]).await.expect_redirect();
    assert!(rep.page(&deal).await.fact("Amount").starts_with("$1,500.25"));
}

#[tokio::test]
async fn lines_are_ordered_copied_removed_and_brought_back() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal_with_line(&server, &rep, &[]).await;
    rep.fill(&format!("{deal}/products/new"), &[("Text", "Set-up"), ("Price of one", "5")]).await.expect_redirect();
    let order = |page: &Html| -> Vec<String> { page.rows().into_iter().map(|r| r[0].clone()).take(2).collect() };
    let page = rep.page(&deal).await;
    assert_eq!(order(&page), ["Torque head", "Set-up"]);
    rep.press(&deal, "Move up").await.expect_redirect();
    assert_eq!(order(&rep.page(&deal).await), ["Set-up", "Torque head"]);
    rep.press(&deal, "Copy").await.expect_redirect();
    assert!(rep.page(&deal).await.fact("Amount").starts_with("$1,460.00"));
    let removed = rep.press(&deal, "Remove Torque head").await;
    let page = rep.follow(&removed).await;
    assert!(page.fact("Amount").starts_with("$10.00"), "{}", page.fact("Amount"));
    rep.submit(&deal, &page.form("Undo").press("Undo")).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.fact("Amount").starts_with("$1,460.00"));
    assert_eq!(order(&page), ["Set-up", "Torque head"], "it stands where it stood");
}
