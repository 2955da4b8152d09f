# One image for both faces: the app by default, the API with `python -m app.serving --host 0.0.0.0`.
# Builds lie in /artifacts: mount a volume there, or copy a build in (see docs/api.md).
FROM python:3.12-slim AS environment
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/atlas
COPY requirements-api.txt ./
RUN grep -v '^-e' requirements-api.txt > /opt/locked.txt && pip install -r /opt/locked.txt
COPY . ./
RUN pip install --constraint /opt/locked.txt --editable '.[api]'
# Hosts of the original's kind start an image with the one word `serve` and ask port 8080.
RUN printf '#!/bin/sh\nexec python -m app.serving --host 0.0.0.0 --port 8080\n' > /opt/venv/bin/serve \
    && chmod +x /opt/venv/bin/serve

FROM python:3.12-slim
# LightGBM's wheel leaves the OpenMP runtime to the system.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home atlas \
    && install --directory --owner atlas --group atlas /artifacts
COPY --from=environment /opt/venv /opt/venv
COPY --from=environment /srv/atlas /srv/atlas
WORKDIR /srv/atlas
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ATLAS_ARTIFACTS=/artifacts \
    ATLAS_HEALTH=http://127.0.0.1:8501/_stcore/health
USER atlas
EXPOSE 8501 8000 8080
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(os.environ['ATLAS_HEALTH'], timeout=5)"]
CMD ["streamlit", "run", "app/Home.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true"]
