//! The page's entry: everything is in `web::app`.

fn main() {
    web::app::start();
}
