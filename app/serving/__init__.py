"""What the API is made of: bodies, problems, routes, and the exchange of builds under way."""
