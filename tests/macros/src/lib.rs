//! The attribute that runs a scenario on both databases.

use proc_macro::{Delimiter, Span, TokenStream, TokenTree};

/// Turns `async fn name(shop: TestShop) { … }` into two tests, `name::sqlite` and
/// `name::postgres`, each with a shop of its own.
///
/// `#[scenario(alone)]` gives the scenario a server and a database of its own,
/// whose clock it may set; `#[scenario(secure)]` such a server over https.
#[proc_macro_attribute]
pub fn scenario(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let server = match arguments.to_string().as_str() {
        "" => "Shared",
        "alone" => "Alone",
        "secure" => "Secure",
        _ => {
            return refuse(
                "a scenario is plain, `alone` or `secure`",
                Span::call_site(),
            );
        }
    };
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let name = match name_of(&tokens) {
        Ok(name) => name,
        Err(refusal) => return refusal,
    };
    // The function keeps its own tokens, and with them the places that
    // compiler errors and panics point to.
    let function: TokenStream = tokens.into_iter().collect();
    let module: TokenStream = format!(
        "mod {name} {{
            #[test]
            fn sqlite() {{
                ::tests::run(::tests::Engine::Sqlite, \"{name}\", ::tests::Server::{server}, super::{name});
            }}
            #[test]
            fn postgres() {{
                ::tests::run(::tests::Engine::Postgres, \"{name}\", ::tests::Server::{server}, super::{name});
            }}
        }}"
    )
    .parse()
    .expect("the text above is Rust");
    function.into_iter().chain(module).collect()
}

/// The name of a function whose signature fits a scenario.
fn name_of(tokens: &[TokenTree]) -> Result<String, TokenStream> {
    let word = |at: usize, text: &str| matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident.to_string() == text);
    let start = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Ident(ident) if ident.to_string() == "async"));
    let Some(start) = start.filter(|&at| word(at + 1, "fn")) else {
        return Err(refuse("a scenario is an `async fn`", Span::call_site()));
    };
    let Some(TokenTree::Ident(name)) = tokens.get(start + 2) else {
        return Err(refuse("a scenario has a name", Span::call_site()));
    };
    match tokens.get(start + 3) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let takes_a_shop = group.stream().to_string().contains("TestShop");
            takes_a_shop
                .then(|| name.to_string())
                .ok_or_else(|| refuse("a scenario takes one `TestShop`", group.span()))
        }
        _ => Err(refuse("a scenario takes one `TestShop`", name.span())),
    }
}

/// A compile error at the given place.
fn refuse(message: &str, span: Span) -> TokenStream {
    let error: TokenStream = format!("compile_error!({message:?});")
        .parse()
        .expect("the text above is Rust");
    error
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
