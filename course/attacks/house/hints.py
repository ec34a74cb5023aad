"""Three hints for each server of the lesson: where to look, what to ask, what to do."""

HINTS = {
    "reader": (
        "Change one character in the signature of your token, and call GET /me.",
        "What does the server do with the third section?",
        'Write a token with the sub "1" and any signature.',
    ),
    "sign_up": (
        "Sign up, and look at the answer of GET /me. Which field did you never send?",
        "Who chose the value of that field?",
        'Send the field yourself: "role": "admin".',
    ),
    "newsletter": (
        "Decode your token and the link of GET /newsletter/7, and put them side by side.",
        "By what could the API tell the one from the other, and does it?",
        "Ask for the link of user 1, and send it as a Bearer token.",
    ),
    "wallet": (
        "Read the header of your token.",
        "Whose key is in it, and who could have put it there?",
        "Make a pair of keys, sign with the private one, and put the public one into jwk.",
    ),
    "cabinet": (
        "What is kid? The keys are in a folder keys/, and beside it is a folder page/ that GET /page/<name> reads.",
        "Is there a file whose bytes you know?",
        "Take ../page/style.css as kid, and sign with the bytes that GET /page/style.css answers.",
    ),
    "two_locks": (
        "Get /public.pem. What may everybody do with it?",
        "Which algorithms does the server know, and which key does it take for each?",
        "Sign with HS256. The key is the bytes of /public.pem, the last line break included.",
    ),
}
