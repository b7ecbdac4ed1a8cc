"""Error codes of the API with their official wording; the typing mistakes are the platform's."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGES = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Send message failed",
    -201: "{} is invalid!",
    -204: "Offical Account is disable",
    -205: "Offical Account is not exist",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -212: "App has not registed this api",
    -213: "User has not followed OA",
    -214: "Article is being processed",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -218: "Out of quota receive",
    -219: "App is removed or disabled",
    -220: "access_token is expired or removed",
    -221: "The OA needs to be verified to use this feature",
    -223: "Official Account has not authorized this API",
    -224: "The OA needs to upgrade OA Tier Package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -234: "This message cannot be sent at night (10:00PM - 6:00AM)",
    -235: "This API does not support this type of OA",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -242: "Invalid appsecret_proof provided in the API argument",
    -244: "User has restricted this message type from your OA",
    -248: "Violates our platform standards",
    -249: "Template does not support send via UID",
    -311: "Out of reply quota",
    -320: "Your app needs to connect with Zalo Cloud Account to use paid features",
    -321: "Zalo Cloud Account is out of money or unable to be charged",
    -108: "Phone number is invalid",
    -109: "Template ID is invalid",
    -115: "Zalo Cloud Account is out of balance",
    -117: "OA has no right to use this template",
    -118: "Zalo account not existed",
    -124: "Access token is invalid",
    -127: "Development mode: the recipient is not an admin of the app or the OA",
    -131: "Template is not approved",
    -133: "This message cannot be sent at night (10:00PM - 6:00AM)",
    -135: "OA is not verified or has a free package",
    -137: "Zalo Cloud Account can't be charged",
    -144: "OA has reached its daily limit",
    -147: "Template has reached its daily limit",
    -1120: "Template data is invalid",
    -1121: "Template data lacks a parameter",
    -1122: "Template data has an unknown parameter",
    -1124: "Template data has a value that is too long",
}


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal: HTTP 200 with this code. `message` replaces the table's wording."""

    code: int
    message: str = ""

    def body(self) -> dict[str, object]:
        """What the client gets."""
        return {"error": self.code, "message": self.message or MESSAGES[self.code]}


def invalid(field: str) -> ApiError:
    """-201 for one field."""
    return ApiError(-201, MESSAGES[-201].format(field))
