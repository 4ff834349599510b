"""What the tests need beside the product."""
