"""How a site is visited: the lease-row frontier under Scrapy, politeness, the guard, the browser, the ending."""
