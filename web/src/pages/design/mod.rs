mod check;
mod draft;
mod locate;
mod model;
mod plan;
