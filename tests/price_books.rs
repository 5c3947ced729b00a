//! Price books: what a deal is offered for a product, from which list, in which quantity.

use crate::support::*;

/// A product for 100 dollars, and a deal in dollars.
async fn company(server: &Server) -> (Client, Client, String) {
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    admin.fill("/products/new", &[("Name", "Torque head"), ("List price", "100")]).await.expect_redirect();
    let deal = rep.fill("/deals/new", &[("Name", "Line 4"), ("Currency", "USD")]).await.expect_redirect();
    (admin, rep, deal)
}

/// A price book with these fields and these prices of the product: (from how many, price).
async fn book(admin: &Client, fields: &[(&str, &str)], prices: &[(&str, &str)]) -> String {
    let url = admin.fill("/settings/price-books/new", fields).await.expect_redirect();
    for (from, price) in prices {
        let form = admin.page(&url).await.form("Save price").set("Product", "Torque head");
        let form = form.set("From how many", from).set("Price of one", price);
        admin.submit(&url, &form.press("Save price")).await.expect_redirect();
    }
    url
}

/// Adds so many without a price, and gives the price that the deal was offered.
async fn offered(rep: &Client, deal: &str, quantity: &str) -> (String, String) {
    let new = format!("{deal}/products/new");
    let saved = rep.fill(&new, &[("Product", "Torque head"), ("Quantity", quantity)]).await;
    let page = rep.follow(&saved).await;
    let price = page.rows().into_iter().rfind(|r| r[0] == "Torque head").map(|r| r[2].clone()).unwrap_or_default();
    (price, page.classed("flash").map(|f| f.text()).collect())
}

#[tokio::test]
async fn a_tier_begins_at_its_quantity() {
    let server = Server::start();
    let (admin, rep, deal) = company(&server).await;
    let prices = [("", "90"), ("10", "80"), ("99.5", "70")];
    book(&admin, &[("Name", "Partner prices"), ("Currency", "USD")], &prices).await;
    for (quantity, price, from) in [
        ("1", "$90.00", "Partner prices"),
        ("9.999", "$90.00", "Partner prices"),
        ("10", "$80.00", "Partner prices, from 10 units"),
        ("99.499", "$80.00", "Partner prices, from 10 units"),
        ("99.5", "$70.00", "Partner prices, from 99.5 units"),
        ("1000", "$70.00", "Partner prices, from 99.5 units"),
    ] {
        let (given, said) = offered(&rep, &deal, quantity).await;
        assert_eq!(given, price, "{quantity}");
        assert!(said.ends_with(from), "{quantity}: {said}");
    }
}

#[tokio::test]
async fn a_price_is_looked_at_before_it_is_saved_and_may_be_written_by_hand() {
    let server = Server::start();
    let (admin, rep, deal) = company(&server).await;
    book(&admin, &[("Name", "Partner prices"), ("Currency", "USD")], &[("", "90"), ("10", "80")]).await;
    let new = format!("{deal}/products/new");
    let form = rep.page(&new).await.form("Quantity").set("Product", "Torque head").set("Quantity", "12");
    let page = rep.submit(&new, &form.clone().press("Use list price")).await.expect(200).html();
    assert_eq!((page.field("Price of one").value.as_str(), page.field("Quantity").value.as_str()), ("80.00", "12"));
    assert!(page.says("Partner prices, from 10 units: $80.00."), "{}", page.text());
    assert!(!rep.page(&deal).await.says("Torque head"), "nothing is saved yet");
    let form = page.form("Quantity").set("Price of one", "75");
    rep.submit(&new, &form.press("Add product")).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert_eq!(page.row("Torque head")[2], "$75.00");
    let edit = page.links().into_iter().map(|l| l.href).find(|h| h.contains("/products/") && h.ends_with("/edit"));
    let edit = edit.expect("the line can be edited");
    assert!(rep.page(&edit).await.says("Written by hand. Partner prices, from 10 units: $80.00."));
    // An agreed line keeps what was agreed: left empty, its price is not agreed yet.
    rep.fill(&edit, &[("Price of one", "")]).await.expect_redirect();
    assert!(rep.page(&deal).await.says("No price"));
}

#[tokio::test]
async fn the_newest_book_that_holds_wins_unless_the_deal_names_another() {
    let server = Server::start();
    let (admin, rep, deal) = company(&server).await;
    let dollars = |name| [("Name", name), ("Currency", "USD")];
    let of = |name, days: &[(&'static str, &'static str)]| [&dollars(name)[..], days].concat();
    book(&admin, &of("Ever", &[]), &[("", "95")]).await;
    let old = book(&admin, &of("Old", &[("First day", "2026-01-01")]), &[("", "90")]).await;
    book(&admin, &of("New", &[("First day", "2026-06-01")]), &[("10", "85")]).await;
    book(&admin, &of("Over", &[("Last day", "2026-01-31")]), &[("", "1")]).await;
    book(&admin, &of("Later", &[("First day", "2999-01-01")]), &[("", "2")]).await;
    book(&admin, &[("Name", "Euros"), ("Currency", "EUR"), ("First day", "2026-07-01")], &[("", "3")]).await;
    assert_eq!(offered(&rep, &deal, "10").await.0, "$85.00", "the newest that holds");
    assert_eq!(offered(&rep, &deal, "1").await.0, "$90.00", "the newest that has it in this quantity");
    let page = rep.page(&deal).await;
    assert!(!page.says("Later") && !page.says("Euros") && !page.says("Over"), "only those that hold can be named");
    rep.fill(&deal, &[("Prices from", "Ever")]).await.expect_redirect();
    assert_eq!(offered(&rep, &deal, "10").await.0, "$95.00", "the one that the deal names");
    assert!(rep.page(&deal).await.says("changed Price book to Ever"));
    let list = admin.page("/settings/price-books").await;
    assert!(list.says("Overlaps New, which wins"), "{}", list.text());
    // Switched off, it is offered no more.
    let form = admin.page(&old).await.form("Save price book").uncheck("Offered to deals");
    admin.submit(&old, &form.press("Save price book")).await.expect_redirect();
    rep.fill(&deal, &[("Prices from", "The newest book that holds")]).await.expect_redirect();
    assert_eq!(offered(&rep, &deal, "1").await.0, "$95.00");
}

#[tokio::test]
async fn without_a_book_the_product_has_its_own_price_in_its_own_currency() {
    let server = Server::start();
    let (_, rep, deal) = company(&server).await;
    assert_eq!(
        offered(&rep, &deal, "1").await,
        ("$100.00".into(), "Product added to the deal. Price: The product’s own list price".into())
    );
    let other = rep.fill("/deals/new", &[("Name", "Mill"), ("Currency", "EUR")]).await.expect_redirect();
    let (price, said) = offered(&rep, &other, "1").await;
    assert!(price == "No price" && said.contains("no price in EUR yet"), "{price} {said}");
    let form = rep.page(&format!("{other}/products/new")).await.form("Quantity").set("Product", "Torque head");
    let page = rep.submit(&format!("{other}/products/new"), &form.press("Use list price")).await.expect(200).html();
    assert!(page.says("No price list has this product in EUR"), "{}", page.text());
}

#[tokio::test]
async fn a_price_of_zero_is_free_and_a_negative_one_is_refused() {
    let server = Server::start();
    let (admin, rep, deal) = company(&server).await;
    let url = book(&admin, &[("Name", "Gifts"), ("Currency", "USD")], &[("", "0")]).await;
    assert_eq!(offered(&rep, &deal, "3").await.0, "Free");
    assert!(rep.page(&deal).await.fact("Amount").starts_with("$0.00"));
    for (label, typed) in
        [("Price of one", "-1"), ("Price of one", ""), ("Price of one", "cheap"), ("From how many", "-2")]
    {
        let form = admin.page(&url).await.form("Save price").set("Product", "Torque head").set("Price of one", "1");
        let refused = admin.submit(&url, &form.set(label, typed).press("Save price")).await.expect(422).html();
        let field = refused.field(label);
        assert!(field.error.is_some() && field.value == typed, "{label} {typed}");
    }
    let page = admin.press(&url, "Take out the price of Torque head from the first").await;
    assert!(admin.follow(&page).await.says("Price of Torque head taken out"));
    assert_eq!(offered(&rep, &deal, "3").await.0, "$100.00");
}

#[tokio::test]
async fn reps_read_price_books_and_admins_keep_them() {
    let server = Server::start();
    let (admin, rep, _) = company(&server).await;
    let url = book(&admin, &[("Name", "Partner prices"), ("Currency", "USD")], &[("", "90"), ("10", "80")]).await;
    rep.get(&url).await.expect(403);
    let read = rep.page("/price-books").await.link("Partner prices");
    let page = rep.page(&read).await;
    assert_eq!(
        page.rows().into_iter().map(|r| r[1..].join(" ")).collect::<Vec<_>>(),
        ["the first $90.00", "10 $80.00"]
    );
    let product = page.link("Torque head");
    assert!(rep.page(&product).await.says("Prices in price books"));
    let again = admin.fill("/settings/price-books/new", &[("Name", "PARTNER prices"), ("Currency", "EUR")]).await;
    assert!(again.expect(422).html().field("Name").error.is_some(), "one name, one book");
    let beside = admin.fill("/settings/price-books/new", &[("Name", "Winter"), ("Currency", "USD")]).await;
    assert!(
        admin.follow(&beside).await.says("It overlaps Partner prices: the list of price books says which one wins")
    );
    let form = admin.page(&url).await.form("Save price").set("Product", "Torque head").set("From how many", "10");
    let other = admin.submit(&url, &form.set("Price of one", "70").press("Save price")).await;
    assert!(admin.follow(&other).await.says("Price saved. It was $80.00 before"));
    for (label, typed) in [("Name", ""), ("Currency", "ABC"), ("Last day", "2026-02-30")] {
        let form = admin.page(&url).await.form("Save price book").force(
            match label {
                "Name" => "name",
                "Currency" => "currency",
                _ => "valid_to",
            },
            typed,
        );
        let refused = admin.submit(&url, &form.press("Save price book")).await.expect(422).html();
        assert!(refused.field(label).error.is_some(), "{label}");
    }
    let backwards = [("First day", "2026-02-01"), ("Last day", "2026-01-01")];
    let fields = [&[("Name", "Odd"), ("Currency", "USD")][..], &backwards].concat();
    admin.fill("/settings/price-books/new", &fields).await.expect(422);
    let form = admin.page(&url).await.form("Save price book").set("Currency", "EUR");
    let refused = admin.submit(&url, &form.press("Save price book")).await.expect(422).html();
    assert!(refused.field("Currency").error.is_some_and(|e| e.contains("Its prices are in USD")));
    // Two who change one book see both versions.
    let (one, other) = (admin.page(&url).await, admin.page(&url).await);
    let first = one.form("Save price book").set("Name", "Partners").press("Save price book");
    admin.submit(&url, &first).await.expect_redirect();
    let second = other.form("Save price book").set("Name", "Friends").press("Save price book");
    let conflict = admin.submit(&url, &second).await.expect(409).html();
    admin.submit(&url, &conflict.form("Save what is chosen")).await.expect_redirect();
    assert!(rep.page("/price-books").await.says("Friends"));
    let log = admin.page("/settings/changes").await;
    assert!(log.says("Torque head from 10 in Partner prices") && log.says("USD 80.00"), "{}", log.text());
}
