//! Prints a served schema, pruned anew from the published one: `served admin|storefront`.

fn main() -> std::process::ExitCode {
    let sdl = match std::env::args().nth(1).as_deref() {
        Some("admin") => api::admin_sdl(),
        Some("storefront") => api::storefront_sdl(),
        _ => Err("usage: served admin|storefront".to_owned()),
    };
    match sdl {
        Ok(text) => {
            print!("{text}");
            std::process::ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}
