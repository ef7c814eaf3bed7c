"""Tables of registration, one subject a file."""

from core.registration.models.cases import (
    OpenRegistration,
    Registration,
    RegistrationObjection,
    RegistrationPublicity,
)
from core.registration.models.survey import RegistrationSurvey, SurveyedTeacher
from core.registration.models.uploads import RegistrationUpload

__all__ = [
    "OpenRegistration",
    "Registration",
    "RegistrationObjection",
    "RegistrationPublicity",
    "RegistrationSurvey",
    "RegistrationUpload",
    "SurveyedTeacher",
]
