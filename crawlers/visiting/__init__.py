"""How a site is visited: the lease-row frontier under Scrapy, politeness, guarded connections, the browser, the ending."""
