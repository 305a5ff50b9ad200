//! Terraform's language, for the AWS provider: `aws_dynamodb_table`, its resource policy and its auto scaling.
//!
//! Follows the provider's
//! [aws_dynamodb_table](https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/dynamodb_table.html.markdown).
//!
//! - `hcl` blocks and attributes as text, aligned as `terraform fmt` does
//! - `write` a design's resources, `read` those of a configuration

mod hcl;
mod read;
mod write;

pub use read::{is_terraform, read};
pub use write::write;

/// The provider that has key_schema blocks in an index, for keys of several attributes.
const PROVIDER: &str = ">= 6.28";
