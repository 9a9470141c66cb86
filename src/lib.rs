//! The Atlas post-processor of Packer as one WebAssembly component.
