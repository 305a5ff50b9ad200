//! The worker's entry: everything is in `web::worker`.

fn main() {
    web::worker::start();
}
