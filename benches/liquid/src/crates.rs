//! This project's engine and the `liquid` crate, in one process and in turns.

use stockroom_liquid::{Clock, Engine, Map, Partials, Render};

use crate::{Figure, read};

/// CPU time of this thread.
fn cpu_seconds() -> f64 {
    let text =
        std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux counts CPU time");
    let nanoseconds: f64 = text
        .split(' ')
        .next()
        .and_then(|field| field.parse().ok())
        .expect("it starts with nanoseconds");
    nanoseconds / 1e9
}

/// Renders for a while; how many renders a CPU second holds.
fn rate(seconds: f64, mut render: impl FnMut() -> usize) -> f64 {
    let start = cpu_seconds();
    let mut renders = 0.0;
    loop {
        for _ in 0..10 {
            std::hint::black_box(render());
        }
        renders += 10.0;
        let spent = cpu_seconds() - start;
        if spent >= seconds {
            return renders / spent;
        }
    }
}

/// Which of the two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Ours,
    Theirs,
}

/// Hands a renderer of one page by one engine to `run`.
pub fn with_renderer<T>(which: Which, page: &str, run: impl FnOnce(&dyn Fn() -> String) -> T) -> T {
    let source = read(&format!("templates/{page}.liquid"));
    let snippets = [
        ("card", read("snippets/card.liquid")),
        ("price", read("snippets/price.liquid")),
    ];
    let data = read("data.json");
    match which {
        Which::Ours => {
            let engine = Engine::new();
            let template = engine.parse(&source).expect("the page is well formed");
            let mut partials = Partials::new();
            for (name, source) in &snippets {
                partials.add(&engine, name, source);
            }
            let data: Map = serde_json::from_str(&data).expect("the data is JSON");
            let clock = Clock::new(1_704_067_318, "UTC").expect("the clock is in range");
            run(&|| {
                let render = Render::new(&template)
                    .data(&data)
                    .partials(&partials)
                    .clock(&clock);
                render.to_string().expect("the page renders")
            })
        }
        Which::Theirs => {
            let mut sources = liquid::partials::InMemorySource::new();
            for (name, source) in &snippets {
                sources.add(*name, source);
            }
            let parser = liquid::ParserBuilder::with_stdlib()
                .partials(liquid::partials::EagerCompiler::new(sources))
                .build()
                .expect("the partials are well formed");
            let template = parser.parse(&source).expect("the page is well formed");
            let data: liquid::Object = serde_json::from_str(&data).expect("the data is JSON");
            run(&|| template.render(&data).expect("the page renders"))
        }
    }
}

/// The better of several turns of each.
pub fn measure(page: &str, seconds: f64) -> (Figure, Figure) {
    const TURNS: u32 = 8;
    with_renderer(Which::Ours, page, |ours| {
        with_renderer(Which::Theirs, page, |theirs| {
            let (mut our_best, mut their_best) = (0.0_f64, 0.0_f64);
            for _ in 0..TURNS {
                let turn = seconds / f64::from(TURNS);
                our_best = our_best.max(rate(turn, || ours().len()));
                their_best = their_best.max(rate(turn, || theirs().len()));
            }
            let figure = |page, per_second| Figure { page, per_second };
            (figure(ours(), our_best), figure(theirs(), their_best))
        })
    })
}
