"""Takes mail on loopback, and tells of each as a line of JSON. What it is asked to be is in its argument, as JSON."""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

asked = json.loads(sys.argv[1])


def tell(said):
    print(json.dumps(said), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = asked.get("recipients", {}).get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
        tell({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "isSafe": server.transport.get_extra_info("ssl_object") is not None,
            "login": session.auth_data.login.decode() if session.authenticated else None,
            "headers": [[name, str(value)] for name, value in message.items()],
            "defects": [str(one) for part in message.walk() for one in part.defects]
            + [str(one) for value in message.values() for one in value.defects],
            "parts": {kind: part.get_content() for kind, part in parts.items()},
            "raw": envelope.content.decode("latin-1"),
        })
        return asked.get("data", {}).get(envelope.rcpt_tos[0], "250 taken")


def authenticate(server, session, envelope, mechanism, data):
    is_right = [data.login.decode(), data.password.decode()] == asked["login"]
    return AuthResult(success=is_right, handled=False, auth_data=data)


async def serve():
    context = None
    if asked["security"] != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(asked["certificate"], asked["key"])
    is_starttls = asked["security"] == "starttls"

    def factory():
        return SMTP(
            Handler(),
            hostname="mail.example",
            enable_SMTPUTF8=False,
            tls_context=context if is_starttls else None,
            require_starttls=is_starttls,
            # In clear aiosmtpd offers no login, and nobody is to ask for one there.
            authenticator=authenticate if "login" in asked else None,
            auth_required="login" in asked,
            auth_require_tls=asked["security"] == "starttls",
        )

    server = await asyncio.get_running_loop().create_server(
        factory, "127.0.0.1", 0, ssl=context if asked["security"] == "tls" else None
    )
    tell({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(serve())
