# Minutebook: web process or worker, by the command it is given. Everything it remembers is in /data.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /usr/local/lib/minutebook
COPY requirements.txt ./
RUN /usr/local/lib/minutebook/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /usr/local/lib/minutebook/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim-bookworm
# pg_dump and pg_restore for `minutebook backup` and `minutebook restore`: of Debian 12, so for PostgreSQL 15.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends postgresql-client \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /data minutebook \
  && install --directory --owner=minutebook --mode=0700 /data
COPY --from=build /usr/local/lib/minutebook /usr/local/lib/minutebook
ENV PATH=/usr/local/lib/minutebook/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
  MINUTEBOOK_DATA=/data MINUTEBOOK_BIND=0.0.0.0
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["minutebook", "web"]
