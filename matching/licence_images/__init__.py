"""Licences shown as pictures: opened safely, read by OCR, laid out into fields, checked by their own check digits."""
