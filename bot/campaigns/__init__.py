"""The campaign kit: names and codes, links, QR codes and posters, all of it pure functions."""
