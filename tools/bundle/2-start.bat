@echo off
chcp 65001 >nul
cd /d "%~dp0"
if not exist .venv\Scripts\matching.exe (
  echo 请先双击 1-setup.bat / run 1-setup.bat first
  pause
  exit /b 2
)
.venv\Scripts\matching.exe lab 笔记本
if errorlevel 1 pause
