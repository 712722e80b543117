"""The web pages of a case, by who reads them."""
