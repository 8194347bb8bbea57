"""Small named stories that tests share."""
