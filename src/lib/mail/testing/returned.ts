/** What mail servers bring back, in the shapes that they give it. `to` is the envelope sender of what is returned. */
interface About {
  to: string;
  status?: string;
  action?: string;
  diagnostic?: string;
}

export function postfix({ to, status = "5.1.1", action = "failed", diagnostic = "" }: About): string {
  return `Return-Path: <>
X-Original-To: ${to}
Delivered-To: ${to}
Received: by mx.example.org (Postfix)
\tid 4D5C93E; Fri, 27 Nov 2026 05:00:00 +0000 (UTC)
Date: Fri, 27 Nov 2026 05:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="1A2B3C.1795755600/mx.example.org"
Message-Id: <20261127050000.4D5C93E@mx.example.org>

This is a MIME-encapsulated message.

--1A2B3C.1795755600/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

--1A2B3C.1795755600/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 1A2B3C
X-Postfix-Sender: rfc822; ${to}
Arrival-Date: Fri, 27 Nov 2026 04:59:58 +0000 (UTC)

Final-Recipient: rfc822; reader@example.net
Original-Recipient: rfc822;reader@example.net
Action: ${action}
Status: ${status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; ${
    diagnostic ||
    `550 ${status} <reader@example.net>: Recipient address rejected: User
    unknown in virtual mailbox table`
  }

--1A2B3C.1795755600/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

Subject: Everything a mail can hold
Content-Type: text/plain

Hello.

--1A2B3C.1795755600/mx.example.org--
`;
}

/** Exim says 5.0.0 of everything. */
export function exim({
  to,
  status = "5.0.0",
  action = "failed",
  diagnostic = "550-5.1.1 No such user",
}: About): string {
  return `Return-path: <>
Envelope-to: ${to}
Received: from Debian-exim by mail.example.com with local (Exim 4.98)
\tid 1xABCD-0000-AB
\tfor ${to}; Fri, 27 Nov 2026 05:00:00 +0000
X-Failed-Recipients: reader@example.net
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.com>
To: ${to}
References: <x@example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary=1795755600-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1xABCD-0000-AB@mail.example.com>

--1795755600-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1795755600-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.com

Action: ${action}
Final-Recipient: rfc822;reader@example.net
Status: ${status}
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; ${diagnostic}

--1795755600-eximdsn-1804289383
Content-type: message/rfc822

Subject: Everything a mail can hold

Hello.

--1795755600-eximdsn-1804289383--
`;
}

/** Exchange wraps its parts once more, encodes the status, and ends lines with CR and LF. */
export function exchange({ to, status = "5.1.10", action = "failed", diagnostic = "" }: About): string {
  const report = `Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.example.com
Received-From-MTA: dns;smtp.example.org
Arrival-Date: Fri, 27 Nov 2026 05:00:00 +0000

Final-Recipient: rfc822;reader@example.net
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp;${diagnostic || "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"}
`;
  return `Received: from AM0PR01MB0001.eurprd01.prod.example.com by
 AM0PR01MB0002.eurprd01.prod.example.com; Fri, 27 Nov 2026 05:00:01 +0000
MIME-Version: 1.0
From: <postmaster@example.net>
To: <${to}>
Date: Fri, 27 Nov 2026 05:00:01 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="88a6e1f5-3f0a-4d1c-b7a4-0c5e2f6a7b8c"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-GB
Message-ID: <0b7f6a5d@AM0PR01MB0001.eurprd01.prod.example.com>
Subject: Undeliverable: Everything a mail can hold
Auto-Submitted: auto-replied

--88a6e1f5-3f0a-4d1c-b7a4-0c5e2f6a7b8c
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="a1b2c3d4"

--a1b2c3d4
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to reader@example.net couldn't be delivered.

--a1b2c3d4
Content-Type: text/html; charset="us-ascii"

<html><body>Your message couldn't be delivered.</body></html>

--a1b2c3d4--

--88a6e1f5-3f0a-4d1c-b7a4-0c5e2f6a7b8c
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

${Buffer.from(report).toString("base64")}

--88a6e1f5-3f0a-4d1c-b7a4-0c5e2f6a7b8c
Content-Type: message/rfc822

Subject: Everything a mail can hold

--88a6e1f5-3f0a-4d1c-b7a4-0c5e2f6a7b8c--
`.replaceAll("\n", "\r\n");
}

export function gmail({ to, status = "5.1.1", action = "failed", diagnostic = "" }: About): string {
  return `Delivered-To: ${to}
Return-Path: <>
Received: by 2002:a05:6000:1f9a:b0:39e:1e05:b0f1 with SMTP id x; Thu, 26 Nov 2026 21:00:00 -0800 (PST)
Content-Type: multipart/report; boundary="00000000000012345f0642f0aabb"; report-type=delivery-status
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
Subject: Delivery Status Notification (Failure)
Date: Thu, 26 Nov 2026 21:00:00 -0800 (PST)

--00000000000012345f0642f0aabb
Content-Type: multipart/related; boundary="00000000000012345f0642f0aabc"

--00000000000012345f0642f0aabc
Content-Type: text/html; charset="UTF-8"

<html><body><img src="cid:icon.png">Address not found</body></html>

--00000000000012345f0642f0aabc
Content-Type: image/png; name="icon.png"
Content-Disposition: attachment; filename="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=
--00000000000012345f0642f0aabc--
--00000000000012345f0642f0aabb
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Received-From-MTA: dns; mail@example.org
Arrival-Date: Thu, 26 Nov 2026 20:59:59 -0800 (PST)
X-Original-Message-ID: <x@example.org>

Final-Recipient: rfc822; reader@example.net
Action: ${action}
Status: ${status}
Remote-MTA: dns; gmail-smtp-in.l.example. (192.0.2.26, the server for the domain
 example.net.)
Diagnostic-Code: smtp; ${diagnostic || "550-5.1.1 The email account that you tried to reach does not exist."}
Last-Attempt-Date: Thu, 26 Nov 2026 21:00:00 -0800 (PST)

--00000000000012345f0642f0aabb
Content-Type: message/rfc822

Subject: Everything a mail can hold

--00000000000012345f0642f0aabb--
`;
}

/** A complaint as big providers send it: to the address that was registered with them. */
export function complaint({ to, kind = "abuse" }: { to: string; kind?: string }): string {
  return `Return-Path: <feedback@provider.example>
Delivered-To: abuse@example.org
From: <feedback@provider.example>
To: abuse@example.org
Subject: FW: Everything a mail can hold
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: ${kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <${to}>
Arrival-Date: Fri, 27 Nov 2026 05:00:00 +0000

--part1
Content-Type: message/rfc822

Subject: Everything a mail can hold

--part1--
`;
}

/** What a person's mail program answers while she is away. */
export function vacation({ to }: { to: string }): string {
  return `Return-Path: <>
Delivered-To: ${to}
From: Reader <reader@example.net>
To: ${to}
Subject: Out of office: Everything a mail can hold
Auto-Submitted: auto-replied
Content-Type: multipart/mixed; boundary="away"

--away
Content-Type: text/plain

I am away, and this is what I got last:

--away
Content-Type: message/rfc822

${postfix({ to })}
--away--
`;
}
