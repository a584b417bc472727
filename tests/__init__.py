"""Promises that cross folders, journeys in a browser, and the servers both run against."""
