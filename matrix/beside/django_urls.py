"""A view that signs people up."""

import app
from django.http import JsonResponse
from django.urls import path


def sign_up(request, name):
    """Sign somebody up at Twilio."""
    return JsonResponse(app.sign_up(name))


urlpatterns = [path("sign-up/<name>", sign_up)]
