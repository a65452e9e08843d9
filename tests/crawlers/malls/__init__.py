"""Malls of the structural classes that open Chinese shop software has, in markup and words of our own, on loopback."""
