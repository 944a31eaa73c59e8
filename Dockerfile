# Segue as a container; compose.yaml runs it. docs/operation.md tells the rest.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY bot bot
COPY ml ml
COPY storage storage
COPY scripts scripts
# Not in place, as `make run` does it: what runs is a copy that nobody edits.
RUN python -m venv /opt/segue \
    && /opt/segue/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint requirements.lock .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent segue \
    && install --directory --owner segue --group segue --mode 700 /data
COPY --from=build /opt/segue /opt/segue
# The only folders that can be written are /data and /tmp.
ENV PATH=/opt/segue/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    SEGUE_DATA_DIR=/data \
    SEGUE_HTTP_PORT=8080 \
    SEGUE_LOG_FORMAT=json
USER segue
WORKDIR /data
VOLUME /data
# The first start trains a model, for minutes, before there is anything to ask.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["segue"]
CMD ["run"]
