"""What the nation asks of an application, by subject: photo, eligibility, competence, states, conclusion."""
