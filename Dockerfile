# One image for every service of the bot; compose.yaml runs two of it beside PostgreSQL and a proxy.
# Alone, with SQLite and polling:
#   docker build -t survey-bot .
#   docker run -d --restart unless-stopped -e BOT_TOKEN=… -v survey-data:/data -v survey-models:/models survey-bot

FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY engine engine
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -c constraints.txt . && /venv/bin/pip uninstall -y pip

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home bot && install -d -o bot /data /models
COPY --from=build /venv /venv
COPY models /surveys
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SURVEY_DIR=/surveys/mobile_money \
    MODELS_DIR=/models \
    HOST=0.0.0.0
USER bot
# the database, unless DATABASE_URL names another, and the copies made before its tables change
WORKDIR /data
VOLUME ["/data", "/models"]
EXPOSE 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8081') + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
