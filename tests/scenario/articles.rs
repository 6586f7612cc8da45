//! Blogs and their articles.

use serde_json::Value;
use tests::{TestShop, json, scenario};

const BLOG: &str = "mutation($blog: BlogCreateInput!) { blogCreate(blog: $blog) {
    blog { id title handle commentPolicy templateSuffix tags articlesCount { count } }
    userErrors { field message code } } }";
const BLOG_UPDATE: &str =
    "mutation($id: ID!, $blog: BlogUpdateInput!) { blogUpdate(id: $id, blog: $blog) {
    blog { id handle commentPolicy } userErrors { field message code } } }";
const BLOG_DELETE: &str = "mutation($id: ID!) { blogDelete(id: $id) {
    deletedBlogId userErrors { field message code } } }";
const CREATE: &str = "mutation($article: ArticleCreateInput!, $blog: ArticleBlogInput) {
    articleCreate(article: $article, blog: $blog) {
    article { id title handle body summary isPublished publishedAt tags author { name }
        blog { id title handle tags } image { url altText } }
    userErrors { field message code } } }";
const UPDATE: &str = "mutation($id: ID!, $article: ArticleUpdateInput!) {
    articleUpdate(id: $id, article: $article) {
    article { id handle author { name } tags summary image { altText } }
    userErrors { field message code } } }";
const DELETE: &str = "mutation($id: ID!) { articleDelete(id: $id) {
    deletedArticleId userErrors { field message code } } }";

async fn given_blog(shop: &TestShop, title: &str) -> String {
    let blog = json!({ "title": title });
    let reply = shop.admin(BLOG, json!({ "blog": blog })).await.ok();
    reply.text("blogCreate.blog.id")
}

async fn given_article(shop: &TestShop, article: Value) -> String {
    let reply = shop.admin(CREATE, json!({ "article": article })).await.ok();
    reply.text("articleCreate.article.id")
}

#[scenario]
async fn a_blog_and_its_articles_are_read_everywhere(shop: TestShop) {
    let blog = json!({ "title": "News", "commentPolicy": "MODERATED" });
    let reply = shop.admin(BLOG, json!({ "blog": blog })).await.ok();
    assert_eq!(reply.text("blogCreate.blog.commentPolicy"), "MODERATED");
    let blog = reply.text("blogCreate.blog.id");
    let article = json!({ "blogId": blog, "title": "First post", "author": { "name": "Ada" },
        "body": "<p>Hello there.</p>", "summary": "<p>Hello</p>", "tags": ["b, a", "A"],
        "image": { "url": "/cdn/shop/files/a.png", "altText": "A cup" } });
    let reply = shop.admin(CREATE, json!({ "article": article })).await.ok();
    let made = reply.get("articleCreate.article");
    assert_eq!(made["handle"], "first-post");
    assert_eq!(made["tags"], json!(["a", "b"]));
    assert_eq!(made["author"]["name"], "Ada");
    assert_eq!(made["blog"]["tags"], json!(["a", "b"]));
    assert_eq!(made["image"]["altText"], "A cup");

    let query = "{ blog(handle: \"news\") { title handle seo { title } authors { name }
            articleByHandle(handle: \"first-post\") { title contentHtml content(truncateAt: 6)
                excerpt excerptHtml authorV2 { name } publishedAt tags image { url } onlineStoreUrl
                seo { title } blog { handle } trackingParameters }
            articles(first: 3, sortKey: PUBLISHED_AT, reverse: true) {
                nodes { handle } pageInfo { hasNextPage } } }
        articles(first: 3, query: \"tag:a\") { nodes { title } }
        blogs(first: 3) { nodes { handle } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    let post = reply.get("blog.articleByHandle");
    assert_eq!(post["authorV2"]["name"], "Ada");
    assert_eq!(post["content"], "Hello…");
    assert_eq!(post["excerpt"], "Hello");
    let url = post["onlineStoreUrl"].as_str().unwrap_or_default();
    assert!(url.ends_with("/blogs/news/first-post"), "{url}");
    assert_eq!(reply.list("articles.nodes").len(), 1);
    let shown = shop.get("/blogs/news").await.status(200).body();
    assert!(shown.contains("/blogs/news/first-post"), "{shown}");
    let shown = shop.get("/blogs/news/first-post").await.status(200).body();
    assert!(shown.contains("<p>Hello there.</p>"), "{shown}");
}

#[scenario]
async fn articles_are_listed_by_what_is_known_of_them(shop: TestShop) {
    let blog = given_blog(&shop, "News").await;
    for (title, author, tags) in [("B", "Ada", vec!["x"]), ("A", "Grace", vec!["x", "y"])] {
        let article =
            json!({ "blogId": blog, "title": title, "author": { "name": author }, "tags": tags });
        given_article(&shop, article).await;
    }
    let query = "{ articles(first: 5, sortKey: TITLE) { nodes { title } }
        byBlog: articles(first: 5, sortKey: BLOG_TITLE, query: \"author:grace blog_title:news\") { nodes { title } }
        articleTags(limit: 5) popular: articleTags(limit: 1, sort: POPULAR)
        articleAuthors(first: 5) { nodes { name } }
        blogs(first: 5) { nodes { articlesCount { count } articles(first: 1, reverse: true) { nodes { title } } } }
        blogsCount { count } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(
        reply.get("articles.nodes"),
        &json!([{ "title": "A" }, { "title": "B" }])
    );
    assert_eq!(reply.get("byBlog.nodes"), &json!([{ "title": "A" }]));
    assert_eq!(reply.get("articleTags"), &json!(["x", "y"]));
    assert_eq!(reply.get("popular"), &json!(["x"]));
    assert_eq!(
        reply.get("articleAuthors.nodes"),
        &json!([{ "name": "Ada" }, { "name": "Grace" }])
    );
    let blog = &reply.list("blogs.nodes")[0];
    assert_eq!(blog["articlesCount"]["count"], 2);
    assert_eq!(blog["articles"]["nodes"], json!([{ "title": "A" }]));
}

#[scenario]
async fn what_an_article_cannot_be_writes_nothing(shop: TestShop) {
    let blog = given_blog(&shop, "News").await;
    let ada = json!({ "name": "Ada" });
    for (article, inline, code) in [
        (
            json!({ "title": "A", "author": ada }),
            Value::Null,
            "BLOG_REFERENCE_REQUIRED",
        ),
        (
            json!({ "title": "A", "author": ada, "blogId": blog }),
            json!({ "title": "Other" }),
            "AMBIGUOUS_BLOG",
        ),
        (
            json!({ "title": "A", "author": ada, "blogId": "gid://shopify/Blog/1" }),
            Value::Null,
            "NOT_FOUND",
        ),
        (
            json!({ "title": "A", "author": {}, "blogId": blog }),
            Value::Null,
            "AUTHOR_FIELD_REQUIRED",
        ),
        (
            json!({ "title": "A", "author": { "userId": "gid://shopify/StaffMember/1" }, "blogId": blog }),
            Value::Null,
            "AUTHOR_MUST_EXIST",
        ),
        (
            json!({ "title": "", "author": ada, "blogId": blog }),
            Value::Null,
            "BLANK",
        ),
        (
            json!({ "title": "A", "author": ada, "blogId": blog, "image": { "url": "x" } }),
            Value::Null,
            "INVALID",
        ),
    ] {
        let variables = json!({ "article": article, "blog": inline });
        shop.admin(CREATE, variables).await.refused(code);
    }
    let query = "{ articles(first: 1) { nodes { id } } blogsCount { count } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.get("articles.nodes"), &json!([]));
    assert_eq!(reply.number("blogsCount.count"), 1);
}

#[scenario]
async fn an_article_may_bring_its_blog_and_change_its_address(shop: TestShop) {
    let article = json!({ "title": "First", "author": { "name": "Ada" } });
    let variables = json!({ "article": article, "blog": { "title": "Journal" } });
    let reply = shop.admin(CREATE, variables).await.ok();
    assert_eq!(reply.text("articleCreate.article.blog.handle"), "journal");
    let id = reply.text("articleCreate.article.id");

    let change = json!({ "handle": "one", "redirectNewHandle": true, "tags": [],
        "author": { "name": "Grace" } });
    let reply = shop
        .admin(UPDATE, json!({ "id": id, "article": change }))
        .await
        .ok();
    assert_eq!(reply.text("articleUpdate.article.author.name"), "Grace");
    let moved = shop.get("/blogs/journal/first").await.status(301);
    assert_eq!(moved.header("Location"), "/blogs/journal/one");

    let tagged = "mutation($id: ID!) { tagsAdd(id: $id, tags: [\"new\"]) {
        node { ... on Article { tags } } userErrors { field message } } }";
    let reply = shop.admin(tagged, json!({ "id": id })).await.ok();
    assert_eq!(reply.get("tagsAdd.node.tags"), &json!(["new"]));

    shop.admin(DELETE, json!({ "id": id })).await.ok();
    shop.admin(DELETE, json!({ "id": id }))
        .await
        .refused("NOT_FOUND");
    shop.admin(UPDATE, json!({ "id": id, "article": {} }))
        .await
        .refused("NOT_FOUND");
}

#[scenario]
async fn a_blog_moves_with_its_articles_and_goes_with_them(shop: TestShop) {
    let blog = given_blog(&shop, "News").await;
    let article = json!({ "blogId": blog, "title": "Post", "author": { "name": "Ada" } });
    let article = given_article(&shop, article).await;
    let change =
        json!({ "handle": "journal", "redirectNewHandle": true, "redirectArticles": true });
    shop.admin(BLOG_UPDATE, json!({ "id": blog, "blog": change }))
        .await
        .ok();
    let moved = shop.get("/blogs/news/post").await.status(301);
    assert_eq!(moved.header("Location"), "/blogs/journal/post");
    shop.get("/blogs/news").await.status(301);

    let other = given_blog(&shop, "Other").await;
    shop.admin(
        BLOG_UPDATE,
        json!({ "id": other, "blog": { "handle": "journal" } }),
    )
    .await
    .refused("INVALID");
    shop.admin(BLOG, json!({ "blog": { "title": "x".repeat(256) } }))
        .await
        .refused("TOO_LONG");
    shop.admin(BLOG_DELETE, json!({ "id": blog })).await.ok();
    shop.admin(BLOG_DELETE, json!({ "id": blog }))
        .await
        .refused("NOT_FOUND");
    let query = "query($id: ID!) { article(id: $id) { id } }";
    let reply = shop.admin(query, json!({ "id": article })).await.ok();
    assert_eq!(reply.get("article"), &Value::Null);
}
