"""Dumps the database and encrypts the dump when there is a key."""
import argparse
import base64
import datetime
import os
import subprocess

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

FOLDER = "/backups"


def cipher():
    passphrase = os.environ.get("BACKUP_ENCRYPTION_KEY", "")
    if not passphrase:
        print("WARNING: no key, the backup is not encrypted")
        return None
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=b"loomio-backup-salt", iterations=100000)
    return Fernet(base64.urlsafe_b64encode(kdf.derive(passphrase.encode())))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--type", default="manual")
    kind = arguments.parse_args().type
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    dump = f"{FOLDER}/loomio-{kind}-{stamp}.sql"
    environment = {**os.environ, "PGPASSWORD": os.environ["DB_PASSWORD"]}
    command = ["pg_dump", "-h", os.environ["DB_HOST"], "-U", os.environ["DB_USER"], "-F", "p"]
    command += ["--no-owner", "--no-acl", "-f", dump, os.environ["DB_NAME"]]
    subprocess.run(command, env=environment, check=True)
    lock = cipher()
    if lock is None:
        return
    with open(dump, "rb") as plain, open(dump + ".enc", "wb") as locked:
        locked.write(lock.encrypt(plain.read()))
    os.remove(dump)


main()
