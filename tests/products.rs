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
