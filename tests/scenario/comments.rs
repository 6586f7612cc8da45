//! Comments below articles: said on the page, judged by the merchant.

use tests::{Reply, TestShop, json, scenario};

/// A blog with an article; gives the article's id.
async fn given_article(shop: &TestShop, policy: &str) -> String {
    let blog = "mutation ($blog: BlogCreateInput!) { blogCreate(blog: $blog) {
        blog { id } userErrors { message } } }";
    let input = json!({"blog": {"title": "News", "commentPolicy": policy}});
    let made = shop.admin(blog, input).await.ok();
    let article = "mutation ($article: ArticleCreateInput!) { articleCreate(article: $article) {
        article { id } userErrors { message } } }";
    let input = json!({"article": {"title": "Tea", "blogId": made.get("blogCreate.blog.id"),
        "author": {"name": "Ann"}, "isPublished": true}});
    let made = shop.admin(article, input).await.ok();
    made.text("articleCreate.article.id")
}

async fn say(shop: &TestShop, body: &str) -> Reply {
    let form = [
        ("comment[author]", "Bea"),
        ("comment[email]", "bea@example.com"),
        ("comment[body]", body),
    ];
    shop.post_form("/blogs/news/tea/comments", &form).await
}

fn judge(verb: &str) -> String {
    format!(
        "mutation ($id: ID!) {{ {verb}(id: $id) {{
            comment {{ id status isPublished }} userErrors {{ field message code }} }} }}"
    )
}

#[scenario]
async fn a_comment_waits_until_the_merchant_shows_it(shop: TestShop) {
    let article = given_article(&shop, "MODERATED").await;
    let page = shop.get("/blogs/news/tea").await.status(200).body();
    assert!(page.contains("comment[body]"));
    let said = say(&shop, "I <b>like</b> it.\n\nVery.").await.status(303);
    assert!(said.header("Location").contains("comment=waits"));
    assert!(!shop.get("/blogs/news/tea").await.body().contains("Very."));

    let found = "query ($id: ID!) {
        comments(first: 5, query: \"status:unapproved\") { nodes {
            id body bodyHtml status author { name email } ip userAgent article { id } } }
        article(id: $id) { comments(first: 5) { nodes { id } } commentsCount { count precision } }
    }";
    let told = shop.admin(found, json!({"id": article})).await.ok();
    let id = told.text("comments.nodes.0.id");
    assert_eq!(told.text("comments.nodes.0.author.name"), "Bea");
    assert_eq!(
        told.text("comments.nodes.0.bodyHtml"),
        "<p>I &lt;b&gt;like&lt;/b&gt; it.</p><p>Very.</p>"
    );
    assert_eq!(told.text("comments.nodes.0.article.id"), article);
    assert_eq!(told.text("article.comments.nodes.0.id"), id);
    assert_eq!(told.number("article.commentsCount.count"), 1);

    let reply = shop
        .admin(&judge("commentApprove"), json!({"id": id}))
        .await
        .ok();
    assert_eq!(reply.text("commentApprove.comment.status"), "PUBLISHED");
    let page = shop.get("/blogs/news/tea").await.body();
    assert!(page.contains("Very.") && page.contains("&lt;b&gt;like"));
    let reply = shop
        .admin(&judge("commentSpam"), json!({"id": id}))
        .await
        .ok();
    assert_eq!(reply.text("commentSpam.comment.status"), "SPAM");
    assert!(!shop.get("/blogs/news/tea").await.body().contains("Very."));
    let reply = shop
        .admin(&judge("commentNotSpam"), json!({"id": id}))
        .await
        .ok();
    assert_eq!(reply.text("commentNotSpam.comment.status"), "UNAPPROVED");

    let delete = "mutation ($id: ID!) { commentDelete(id: $id) {
        deletedCommentId userErrors { code field } } }";
    let reply = shop.admin(delete, json!({"id": id})).await.ok();
    assert_eq!(reply.text("commentDelete.deletedCommentId"), id);
    for verb in ["commentApprove", "commentSpam", "commentNotSpam"] {
        shop.admin(&judge(verb), json!({"id": id}))
            .await
            .refused("NOT_FOUND");
    }
    shop.admin(delete, json!({"id": id}))
        .await
        .refused("NOT_FOUND");
    let one = "query ($id: ID!) { comment(id: $id) { id } }";
    let gone = shop.admin(one, json!({"id": id})).await.ok();
    assert!(gone.get("comment").is_null());
}

#[scenario]
async fn a_blog_may_show_comments_at_once_or_take_none(shop: TestShop) {
    let open = given_article(&shop, "AUTO_PUBLISHED").await;
    let said = say(&shop, "Lovely").await.status(303);
    assert!(said.header("Location").contains("comment=shown"));
    assert!(shop.get("/blogs/news/tea").await.body().contains("Lovely"));
    let empty = say(&shop, " ").await.status(303);
    assert!(empty.header("Location").contains("comment=incomplete"));

    let close = "mutation ($id: ID!) { blogUpdate(id: $id, blog: {commentPolicy: CLOSED}) {
        blog { id } userErrors { message } } }";
    let blog = shop
        .admin(
            "query ($id: ID!) { article(id: $id) { blog { id } } }",
            json!({"id": open}),
        )
        .await;
    shop.admin(close, json!({"id": blog.get("article.blog.id")}))
        .await
        .ok();
    say(&shop, "More").await.status(404);
    let page = shop.get("/blogs/news/tea").await.body();
    assert!(!page.contains("Lovely") && !page.contains("comment[body]"));
}
