"""Cadre training and mentorship: hours, competencies, pairing, plans; rules of one subject, facts in, values out."""
