"""The shipped library of agreements and golden cases."""
